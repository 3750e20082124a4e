namespace Engine.Runtime.Signatures.Tests.Comparison;

/// <summary>A place where what we offer is not what the official assembly has.</summary>
/// <param name="Subject">The type, or the member with its parameters.</param>
/// <param name="Facet">What differs.</param>
/// <param name="Detail">Ours and theirs.</param>
internal sealed record Difference(string Subject, string Facet, string Detail)
{
    /// <summary>How the list of deliberate deviations names it.</summary>
    public string Key => $"{Subject} | {Facet}";

    public override string ToString() => $"{Subject} | {Facet} | {Detail}";
}
