namespace Engine.LoadTests.Chaos.History;

/// <summary>Questions about a conversation's log, answered without walking through it.</summary>
internal sealed class LogIndex
{
    private readonly Dictionary<long, LoggedCommit> _commits = [];
    private readonly List<long> _messages = [];
    private readonly List<long> _counted = [];

    public LogIndex(ConversationLog log)
    {
        Name = log.Name;
        Commits = log.Commits;
        foreach (var commit in log.Commits)
        {
            _commits[commit.Version] = commit;
            LastVersion = Math.Max(LastVersion, commit.Version);
            if (commit.Message is null) continue;
            _messages.Add(commit.Version);
            if (!commit.IsNote) _counted.Add(commit.Version);
        }

        _messages.Sort();
        _counted.Sort();
    }

    public string Name { get; }

    public IReadOnlyList<LoggedCommit> Commits { get; }

    public long LastVersion { get; }

    public LoggedCommit? At(long version) => _commits.GetValueOrDefault(version);

    /// <summary>Messages, notes not counted, in this version and before.</summary>
    public long MessagesUpTo(long version) => CountUpTo(_counted, version);

    /// <summary>Messages and notes between two versions, both included.</summary>
    public long MessagesBetween(long first, long last) => CountUpTo(_messages, last) - CountUpTo(_messages, first - 1);

    /// <summary>The version of the first message or note after this version; the largest number without one.</summary>
    public long NextMessage(long version)
    {
        var at = CountUpTo(_messages, version);
        return at < _messages.Count ? _messages[at] : long.MaxValue;
    }

    private static int CountUpTo(List<long> sorted, long version)
    {
        var at = sorted.BinarySearch(version);
        if (at < 0) return ~at;
        while (at < sorted.Count && sorted[at] == version) at++;
        return at;
    }
}
