using Engine.Runtime.Signatures.Tests.Comparison;
using Engine.Runtime.Signatures.Tests.References;

namespace Engine.Runtime.Signatures.Tests;

/// <summary>Reads both sides and compares them, once for all tests.</summary>
public sealed class SignatureFixture
{
    public SignatureFixture()
    {
        Ours = new ApiWorld(RuntimeAssemblies.Read());
        Official = new ApiWorld(OfficialAssemblies.Read());
        Types = new TypeComparison(Ours, Official).Run();
        References = new ReferenceComparison(Ours, Official).Run();
        Origins = new Origins(Ours, Official, Elsewhere());
        Provenance = Origins.Run();
        Allowed = ReasonedList.Parse(Lines("allowed.txt"));
    }

    internal ApiWorld Ours { get; }

    internal ApiWorld Official { get; }

    internal Outcome Types { get; }

    internal Outcome References { get; }

    internal Origins Origins { get; }

    internal Outcome Provenance { get; }

    internal IReadOnlyDictionary<string, string> Allowed { get; }

    internal IReadOnlyList<Difference> NotAllowed(Outcome outcome) =>
        [.. outcome.Differences.Where(difference => !Allowed.ContainsKey(difference.Key))];

    // Lines "assembly: type".
    private static Dictionary<string, string> Elsewhere() => Lines("elsewhere.txt")
        .Where(line => line.Length > 0 && !line.StartsWith('#'))
        .Select(line => line.Split(": ", 2))
        .ToDictionary(parts => parts[1].Trim(), parts => parts[0].Trim());

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, file));
}
