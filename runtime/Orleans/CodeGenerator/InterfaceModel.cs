namespace Orleans.CodeGenerator;

/// <summary>What is generated for one interface; equal texts need no new compilation.</summary>
internal sealed class InterfaceModel(string name, string source, string registration) : IEquatable<InterfaceModel>
{
    public string Name { get; } = name;

    public string Source { get; } = source;

    public string Registration { get; } = registration;

    public bool Equals(InterfaceModel? other) =>
        other is not null && Name == other.Name && Source == other.Source && Registration == other.Registration;

    public override bool Equals(object? obj) => Equals(obj as InterfaceModel);

    public override int GetHashCode() => Source.GetHashCode();
}
