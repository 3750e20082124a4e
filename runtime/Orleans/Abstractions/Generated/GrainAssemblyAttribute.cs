using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>Names the generated list of an assembly's grains and grain interfaces.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainAssemblyAttribute : Attribute
{
    /// <param name="manifest">An <see cref="IGrainAssemblyManifest"/> with a constructor without parameters.</param>
    public GrainAssemblyAttribute(Type manifest) => Manifest = manifest;

    public Type Manifest { get; }
}
