namespace Engine.LoadTests.Shift.Observing;

/// <summary>How often something was found, with a few examples.</summary>
internal sealed class Findings
{
    private const int ExamplesMax = 5;
    private readonly List<string> _examples = [];

    public long Count { get; private set; }

    public IReadOnlyList<string> Examples => _examples;

    public void Add(string example)
    {
        Count++;
        if (_examples.Count < ExamplesMax) _examples.Add(example);
    }

    public void Add(Findings others)
    {
        Count += others.Count;
        _examples.AddRange(others.Examples.Take(ExamplesMax - _examples.Count));
    }
}
