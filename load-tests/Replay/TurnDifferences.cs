namespace Engine.LoadTests.Replay;

/// <summary>What is wrong with a conversation, or with many. Not for several threads at once.</summary>
internal sealed class TurnDifferences
{
    private const int ExamplesMax = 10;
    private readonly List<string> _examples = [];

    /// <summary>Turns with another author or content, out of order, or never sent.</summary>
    public int Mismatches { get; set; }

    /// <summary>Acknowledged, and not there.</summary>
    public int Lost { get; set; }

    /// <summary>There more than once.</summary>
    public int Duplicated { get; set; }

    public bool Any => Mismatches + Lost + Duplicated > 0;

    /// <summary>The first few, by names of messages and not by what they say.</summary>
    public IReadOnlyList<string> Examples => _examples;

    public void Tell(string example)
    {
        if (_examples.Count < ExamplesMax) _examples.Add(example);
    }

    public void Add(TurnDifferences other)
    {
        Mismatches += other.Mismatches;
        Lost += other.Lost;
        Duplicated += other.Duplicated;
        foreach (var example in other._examples) Tell(example);
    }
}
