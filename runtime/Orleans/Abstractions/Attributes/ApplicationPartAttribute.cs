namespace Orleans;

/// <summary>Names an assembly whose grains belong to the application though nothing may have loaded it yet.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ApplicationPartAttribute : Attribute
{
    public ApplicationPartAttribute(string assemblyName) => AssemblyName = assemblyName;

    public string AssemblyName { get; }
}
