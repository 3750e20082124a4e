using Engine.V1;

namespace Engine.LoadTests.Shift.People;

/// <summary>What an agent has before them: the inbox and the offers, as the stream last told them.</summary>
internal sealed class Desk
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, InboxEntry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inHand = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _done = new(StringComparer.Ordinal);
    private readonly HashSet<string> _offers = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The version to go on from when the stream breaks.</summary>
    public long Version { get; private set; }

    /// <summary>The highest load by capacity that the stream told.</summary>
    public bool SawOverCapacity { get; private set; }

    /// <returns>Offers that were not there before.</returns>
    public IReadOnlyList<Offer> See(WatchInboxResponse news)
    {
        TaskCompletionSource changed;
        List<Offer> made;
        lock (_lock)
        {
            if (news.Reset)
            {
                _entries.Clear();
                _offers.Clear();
            }

            foreach (var entry in news.Entries) _entries[entry.Conversation] = entry;
            foreach (var removed in news.Removed) _entries.Remove(removed);
            foreach (var removed in news.RemovedOffers) _offers.Remove(removed);
            made = [.. news.Offers.Where(o => _offers.Add(o.Name))];
            Version = news.Version;
            SawOverCapacity |= news.LoadUnits > news.CapacityUnits;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
        return made;
    }

    public bool StillOffered(string offer)
    {
        lock (_lock) return _offers.Contains(offer);
    }

    /// <summary>
    /// Takes up what is most pressing: what the shop owes an answer in, live before the rest, then by deadline; or else something that
    /// has been quiet for long enough to be declared done.
    /// </summary>
    /// <param name="quietSince">Nobody wrote there since.</param>
    public InboxEntry? TakeUp(DateTimeOffset quietSince)
    {
        lock (_lock)
        {
            var next = _entries.Values
                .Where(e => IsFree(e) && e.Status == ConversationStatus.Open)
                .OrderByDescending(e => e.Mode != ConversationMode.Asynchronous)
                .ThenBy(e => e.DeadlineTime?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue)
                .ThenBy(e => e.LastMessageTime?.ToDateTimeOffset() ?? DateTimeOffset.MinValue)
                .FirstOrDefault()
                ?? _entries.Values.FirstOrDefault(e => IsFree(e) && e.Status == ConversationStatus.Pending
                    && e.LastMessageTime?.ToDateTimeOffset() < quietSince);
            if (next is not null) _inHand.Add(next.Conversation);
            return next;
        }
    }

    /// <summary>Puts it down.</summary>
    /// <param name="until">What the stream tells of versions before this one is no news: it was done by the agent.</param>
    public void PutDown(string conversation, long until)
    {
        lock (_lock)
        {
            _inHand.Remove(conversation);
            if (until > 0) _done[conversation] = until;
        }
    }

    /// <summary>Waits until the stream tells something.</summary>
    public Task ChangedAsync()
    {
        lock (_lock) return _changed.Task;
    }

    private bool IsFree(InboxEntry entry) =>
        !_inHand.Contains(entry.Conversation) && entry.ConversationVersion >= _done.GetValueOrDefault(entry.Conversation);
}
