using System.Collections.Concurrent;
using Engine.LoadTests.Shift.Observing;

namespace Engine.LoadTests.Shift.Running;

/// <summary>What customers and staff sent, said and were told: what the observer holds the events against.</summary>
internal sealed class SentLog
{
    private readonly ConcurrentQueue<SentMessage> _acknowledged = new();
    private readonly ConcurrentDictionary<long, bool> _open = new();
    private readonly ConcurrentQueue<ToldExpectation> _told = new();
    private readonly ConcurrentDictionary<string, Wishes> _wishes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Conversation, string Agent), bool> _declined = new();
    private long _numbers;

    /// <summary>What was acknowledged, and what never got an outcome.</summary>
    public IReadOnlyCollection<SentMessage> Sent =>
        [.. _acknowledged, .. _open.Keys.Select(number => new SentMessage(number, null, false))];

    public IReadOnlyCollection<ToldExpectation> Told => _told;

    public IReadOnlyDictionary<string, Wishes> Wishes => _wishes;

    public IReadOnlySet<(string Conversation, string Agent)> Declined => _declined.Keys.ToHashSet();

    /// <summary>The number of the next message; until its outcome is told it may have arrived or not.</summary>
    public long NextNumber()
    {
        var number = Interlocked.Increment(ref _numbers);
        _open[number] = true;
        return number;
    }

    /// <summary>What came of a message.</summary>
    /// <param name="acknowledged">It arrived.</param>
    /// <param name="inDoubt">It may have arrived or not.</param>
    public void Close(long number, string conversation, bool acknowledged, bool inDoubt)
    {
        if (inDoubt && !acknowledged) return;
        if (acknowledged) _acknowledged.Enqueue(new SentMessage(number, conversation, true));
        _open.TryRemove(number, out _);
    }

    public void Tell(ToldExpectation expectation) => _told.Enqueue(expectation);

    public void Wish(string conversation, Wishes wishes) => _wishes.TryAdd(conversation, wishes);

    public void Decline(string conversation, string agent) => _declined.TryAdd((conversation, agent), true);
}
