using Orleans.Runtime.Cluster;
using Orleans.Runtime.Management;

namespace Orleans.Runtime.Reminders;

/// <content>What is read from the table, and when.</content>
/// <remarks>
/// When the ring changes, reminders that are lost here end at once and those that are gained are read at once. Two races are
/// left. The silo that had them may write a row after it was read here, since it does not know the new view yet: so all is read
/// once more when it must have learned it. And a tick may have been due while nobody had the reminder: so the new owner looks
/// back a little, and further if the old one died, since that took time to find out. Looking back can tick twice, not too seldom.
/// </remarks>
internal sealed partial class LocalReminderService
{
    private const int ReadsMax = 4;
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookBackMoved = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookBackDied = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private HashSet<(GrainId, string)>? _removed;

    /// <summary>Reads this silo's part of the table again: rows may have been written past this service.</summary>
    internal Task Refresh() => Read(_topology.Current.Ring.RangesOf(_topology.Self), TimeSpan.Zero, isWhole: true);

    /// <summary>Reads the reminders of a grain whose silo did not know yet that they are this one's.</summary>
    internal async Task RefreshGrain(GrainId grainId)
    {
        var rows = (await _table.ReadRows(grainId)).Reminders;
        lock (_gate)
        {
            foreach (var row in rows)
                Merge(row, TimeSpan.Zero, long.MaxValue);
            SetTimer();
        }
    }

    private bool Owns(GrainId grainId) => _topology.Self.Equals(_topology.Current.Ring.OwnerOf(grainId.GetUniformHashCode()));

    private void OnChanged(Topology old, Topology current)
    {
        lock (_gate)
        {
            foreach (var (key, lost) in _reminders.Where(pair => !Owns(pair.Key.Item1)).ToList())
            {
                lost.IsEnded = true;
                _reminders.Remove(key);
            }

            SetTimer();
        }

        var gained = current.Ring.GainedBy(_topology.Self, old.Ring);
        if (gained.Count == 0 || _isStopped)
            return;
        var hasDeath = old.View.Members.Any(member => member.Status == SiloStatus.Active && current.Find(member.Silo) is null);
        _ = Gain(gained, old.Ring.Silos.Count == 0 ? TimeSpan.Zero : hasDeath ? LookBackDied : LookBackMoved);
    }

    private async Task Gain(IReadOnlyList<ReminderRing> gained, TimeSpan lookBack)
    {
        try
        {
            await Read(gained, lookBack, isWhole: false);
        }
        catch (Exception error)
        {
            RefreshFailed(_logger, error);
        }

        // Membership is in real time, whatever clock reminders run on.
        await Task.Delay(SecondLook, TimeProvider.System);
        if (!_isStopped)
            await TryRefresh();
    }

    private async Task TryRefresh()
    {
        for (var attempt = 1; attempt <= AttemptsMax && !_isStopped; attempt++)
        {
            try
            {
                await Refresh();
                return;
            }
            catch (Exception error)
            {
                RefreshFailed(_logger, error);
                await Task.Delay(AttemptDelay, TimeProvider.System);
            }
        }
    }

    private async Task Read(IReadOnlyList<ReminderRing> ranges, TimeSpan lookBack, bool isWhole)
    {
        await _reading.WaitAsync();
        try
        {
            long change;
            lock (_gate)
            {
                change = _changes;
                _removed = [];
            }

            var seen = new HashSet<(GrainId, string)>();
            foreach (var some in ranges.Chunk(ReadsMax))
            {
                foreach (var table in await Task.WhenAll(some.Select(range => _table.ReadRows(range.Begin, range.End))))
                {
                    lock (_gate)
                    {
                        foreach (var row in table.Reminders)
                        {
                            seen.Add((row.GrainId, row.ReminderName));
                            Merge(row, lookBack, change);
                        }

                        SetTimer();
                    }
                }
            }

            if (isWhole)
                EndMissing(seen, change);
        }
        finally
        {
            lock (_gate)
                _removed = null;
            _reading.Release();
        }
    }

    /// <summary>Ends what the table no longer has, unless it came here while it was read.</summary>
    private void EndMissing(HashSet<(GrainId, string)> seen, long change)
    {
        lock (_gate)
        {
            foreach (var (key, gone) in _reminders.Where(pair => pair.Value.Change <= change && !seen.Contains(pair.Key)).ToList())
            {
                gone.IsEnded = true;
                _reminders.Remove(key);
            }

            SetTimer();
        }
    }

    private void Merge(ReminderEntry row, TimeSpan lookBack, long change)
    {
        var key = (row.GrainId, row.ReminderName);
        if (_removed?.Contains(key) == true || !Owns(row.GrainId))
            return;
        if (_reminders.TryGetValue(key, out var known) && (known.Entry.ETag == row.ETag || known.Change > change))
            return;
        AddLocked(row, lookBack);
    }

    /// <summary>Takes in a reminder that was just written, or tells the silo whose it is.</summary>
    private async Task Take(ReminderEntry entry)
    {
        lock (_gate)
        {
            if (Owns(entry.GrainId))
            {
                _removed?.Remove((entry.GrainId, entry.ReminderName));
                AddLocked(entry, TimeSpan.Zero);
                SetTimer();
                return;
            }
        }

        if (_topology.Current.Ring.OwnerOf(entry.GrainId.GetUniformHashCode()) is not { } owner)
            return;
        try
        {
            await SiloGrain.Of(_factory, owner).RefreshReminders(entry.GrainId);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // It is in the table, and its owner reads that.
            RefreshFailed(_logger, error);
        }
    }

    private void AddLocked(ReminderEntry entry, TimeSpan lookBack)
    {
        var key = (entry.GrainId, entry.ReminderName);
        if (_reminders.TryGetValue(key, out var old))
            old.IsEnded = true;
        var back = lookBack < entry.Period / 2 ? lookBack : entry.Period / 2;
        var reminder = new LocalReminder(entry)
        {
            NextTick = ReminderSchedule.Next(entry.StartAt, entry.Period, Now - back),
            Change = ++_changes,
        };
        _reminders[key] = reminder;
        _due.Enqueue(reminder, reminder.NextTick);
    }
}
