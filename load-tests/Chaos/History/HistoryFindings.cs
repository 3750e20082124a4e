namespace Engine.LoadTests.Chaos.History;

/// <summary>What is wrong with a history, counted, with the first examples by number and name, never by what was said.</summary>
internal sealed class HistoryFindings
{
    private const int ExamplesMax = 20;
    private readonly Dictionary<string, long> _counts = [];
    private readonly List<string> _examples = [];

    public IReadOnlyList<string> Examples => _examples;

    /// <summary>Acknowledged, or read once, and not there.</summary>
    public long Lost => Count(nameof(Lost));

    /// <summary>There more often than asked for.</summary>
    public long Duplicated => Count(nameof(Duplicated));

    /// <summary>In another order than the acknowledgements allow, or numbered with gaps or repetitions.</summary>
    public long Reordered => Count(nameof(Reordered));

    /// <summary>Reads that missed what was acknowledged, or read, before they began.</summary>
    public long StaleReads => Count(nameof(StaleReads));

    /// <summary>Refused and nevertheless there, or never asked for.</summary>
    public long Invented => Count(nameof(Invented));

    public void AddLost(string example) => Add(nameof(Lost), example);

    public void AddDuplicated(string example) => Add(nameof(Duplicated), example);

    public void AddReordered(string example) => Add(nameof(Reordered), example);

    public void AddStaleRead(string example) => Add(nameof(StaleReads), example);

    public void AddInvented(string example) => Add(nameof(Invented), example);

    private long Count(string kind) => _counts.GetValueOrDefault(kind);

    private void Add(string kind, string example)
    {
        _counts[kind] = Count(kind) + 1;
        if (_examples.Count < ExamplesMax) _examples.Add($"{kind}: {example}");
    }
}
