using System.Collections.Concurrent;
using Engine.Grains.Deadlines;
using Engine.Grains.Journal;
using Engine.Grains.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Tests.Deadlines;

public sealed class OverdueRemindersTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly StandingTime _time = new();
    private readonly DueList _due = new();
    private readonly CollectingLogger _log = new();
    private readonly ConcurrentQueue<DueReminder> _told = new();

    [Fact]
    public async Task Nothing_overdue_is_one_look_and_no_word()
    {
        await Overdue(_ => Task.CompletedTask).SweepAsync(default);
        Assert.Equal(1, _due.Reads);
        Assert.Empty(_told);
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task Only_what_is_overdue_for_a_while_is_told()
    {
        var now = _time.GetUtcNow();
        var late = DueList.Reminder(1) with { StartAt = now.AddSeconds(-4) };
        _due.Set([late, DueList.Reminder(2) with { StartAt = now.AddSeconds(5) }, DueList.Reminder(3) with { StartAt = now }]);
        var overdue = Overdue(_ => Task.CompletedTask);
        await overdue.SweepAsync(default);
        Assert.Equal([late], _told);
    }

    [Fact]
    public async Task All_are_told_once_beside_each_other_up_to_a_limit()
    {
        _due.Set(Enumerable.Range(0, 3_000).Select(DueList.Reminder));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (running, most) = (0, 0);
        var overdue = Overdue(async reminder =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await gate.Task;
            _due.Remove(reminder);
            Interlocked.Decrement(ref running);
        });
        var sweep = overdue.SweepAsync(default);
        await Until.Async(() => Task.FromResult(Volatile.Read(ref running)), n => n == 256, "as many as may");
        Assert.False(sweep.IsCompleted);
        gate.SetResult();
        await sweep.WaitAsync(Deadline);
        await Until.Async(() => Task.FromResult(Volatile.Read(ref running)), n => n == 0, "all ended");
        Assert.Equal(256, most);
        Assert.Equal(3_000, _told.Count);
        Assert.Equal(3_000, _told.Distinct().Count());
    }

    [Fact]
    public async Task One_that_hangs_holds_nobody_up_and_is_not_told_again_meanwhile()
    {
        _due.Set(Enumerable.Range(0, 2_000).Select(DueList.Reminder));
        var first = DueList.Reminder(0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var overdue = Overdue(async reminder =>
        {
            if (reminder == first) await gate.Task;
            _due.Remove(reminder);
        });
        await overdue.SweepAsync(default).WaitAsync(Deadline);
        _time.Advance(TimeSpan.FromHours(1));
        await overdue.SweepAsync(default).WaitAsync(Deadline);
        Assert.Equal(2_000, _told.Count);
        gate.SetResult();
    }

    [Fact]
    public async Task One_that_stays_is_told_again_after_longer_and_longer_pauses()
    {
        _due.Set([DueList.Reminder(1)]);
        var overdue = Overdue(_ => throw new InvalidOperationException("As the test wants it."));
        var told = new List<int>();
        for (var second = 0; second < 300; second++)
        {
            var before = _told.Count;
            await overdue.SweepAsync(default);
            if (_told.Count > before) told.Add(second);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var pauses = told.Skip(1).Zip(told, (later, earlier) => later - earlier).ToArray();
        Assert.InRange(pauses[0], 1, 2);
        Assert.InRange(pauses[1], 3, 4);
        Assert.InRange(pauses[^1], 55, 60);
        Assert.InRange(told.Count, 7, 11);
        Assert.All(_log.Entries.Where(e => e.Level > LogLevel.Information), e => Assert.Equal((LogLevel.Error, 1205), (e.Level, e.Id)));
    }

    [Fact]
    public async Task One_whose_silo_is_gone_is_told_again_soon_and_without_many_words()
    {
        _due.Set([DueList.Reminder(1)]);
        var overdue = Overdue(_ => throw new JournalUnavailableException("As the test wants it."));
        for (var second = 0; second < 60; second++)
        {
            await overdue.SweepAsync(default);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_told.Count, 15, 22);
        var words = _log.Entries.Where(e => e.Level > LogLevel.Information).ToArray();
        Assert.InRange(words.Length, 4, 6);
        Assert.All(words, e => Assert.Equal((LogLevel.Warning, 1204, null), (e.Level, e.Id, e.Exception)));
    }

    [Fact]
    public async Task One_that_was_moved_is_new()
    {
        _due.Set([DueList.Reminder(1)]);
        var overdue = Overdue(_ => Task.CompletedTask);
        await overdue.SweepAsync(default);
        await overdue.SweepAsync(default);
        Assert.Single(_told);
        _due.Set([DueList.Reminder(1) with { StartAt = DateTimeOffset.UnixEpoch.AddSeconds(5) }]);
        await overdue.SweepAsync(default);
        Assert.Equal(2, _told.Count);
    }

    private OverdueReminders Overdue(Func<DueReminder, Task> tick) => new(
        _due,
        reminder =>
        {
            _told.Enqueue(reminder);
            return tick(reminder);
        },
        new EngineClock(_time),
        _time,
        _log);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
