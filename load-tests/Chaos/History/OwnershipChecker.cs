using System.Globalization;

namespace Engine.LoadTests.Chaos.History;

/// <summary>
/// Looks in the journal for streams that two silos wrote at the same time.
/// </summary>
/// <remarks>
/// A stream passes from silo to silo as they come and go, and may even come back: one joins, takes it, leaves, and the first
/// has it again. What cannot happen when each stream has one owner at a time is that the second writes once more after that:
/// who has left never returns under the same epoch. So commits of two owners in the order A, B, A, B are two owners that held
/// the stream together. Version order is commit order, the key sees to that.
/// </remarks>
internal sealed class OwnershipChecker
{
    private const int ExamplesMax = 10;
    private readonly List<string> _runs = [];
    private readonly HashSet<(string, string)> _found = [];
    private readonly List<string> _examples = [];
    private string? _stream;
    private long _version;

    /// <summary>Pairs of owners that held a stream together, over all streams.</summary>
    public int DoubleOwners { get; private set; }

    /// <summary>Changes of owner, over all streams.</summary>
    public long Changes { get; private set; }

    public IReadOnlyList<string> Examples => _examples;

    /// <param name="commits">Stream by stream, each by version.</param>
    public static OwnershipChecker Check(IEnumerable<StreamCommit> commits)
    {
        var checker = new OwnershipChecker();
        foreach (var commit in commits) checker.See(commit);
        return checker;
    }

    /// <summary>The next row.</summary>
    public void See(StreamCommit commit)
    {
        if (commit.Stream != _stream)
        {
            _stream = commit.Stream;
            _runs.Clear();
            _found.Clear();
        }
        else if (commit.Version <= _version)
        {
            throw new ArgumentException($"The rows of {commit.Stream} are not in the order of their versions.", nameof(commit));
        }

        _version = commit.Version;
        if (_runs.Count > 0 && _runs[^1] == commit.Owner) return;
        if (_runs.Count > 0) Changes++;
        _runs.Add(commit.Owner);

        // Whoever came between two runs of this owner, and had one before the first of them: B, A, B, A.
        var mine = Enumerable.Range(0, _runs.Count - 1).Where(i => _runs[i] == commit.Owner).ToList();
        if (mine.Count == 0) return;
        var between = _runs[(mine[0] + 1)..^1].ToHashSet();
        foreach (var other in between.Where(o => o != commit.Owner && ComesFirst(o, mine)))
        {
            var pair = string.CompareOrdinal(other, commit.Owner) < 0 ? (other, commit.Owner) : (commit.Owner, other);
            if (!_found.Add(pair)) continue;
            DoubleOwners++;
            if (_examples.Count < ExamplesMax)
                _examples.Add(string.Create(CultureInfo.InvariantCulture, $"Owners: {commit.Stream}, {commit.Version} is by {commit.Owner}, between and before commits of {other}"));
        }
    }

    /// <summary>Whether another owner has a run before one of mine and another behind it.</summary>
    private bool ComesFirst(string other, List<int> mine)
    {
        var first = _runs.IndexOf(other);
        return mine.Any(i => first < i && _runs.IndexOf(other, i + 1) > i);
    }
}
