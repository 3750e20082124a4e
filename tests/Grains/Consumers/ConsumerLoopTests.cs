using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Grains.Tests.Consumers;

public sealed class ConsumerLoopTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly Stores _stores = Open();
    private readonly List<ConsumerLoop> _loops = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var loop in _loops) await loop.StopAsync().WaitAsync(Deadline);
        await _stores.DisposeAsync();
    }

    [Fact]
    public async Task Groups_together_handle_every_commit_once_and_each_lane_in_order()
    {
        for (var i = 0; i < 200; i++) await AppendAsync($"c-{i % 40}", 1 + (i / 40));
        var consumers = Enumerable.Range(0, 8).Select(_ => Consumer("all")).ToArray();
        for (var group = 0; group < 8; group++) Start(consumers[group], new LaneSet(group, 8));
        await Until.Async(() => Task.FromResult(consumers.Sum(c => c.Handled.Count)), count => count >= 200, "all commits handled");

        for (var i = 200; i < 240; i++) await AppendAsync($"c-{i % 40}", 6);
        await Until.Async(() => Task.FromResult(consumers.Sum(c => c.Handled.Count)), count => count >= 240, "new commits handled");
        var rows = consumers.SelectMany(c => c.Handled).ToArray();
        Assert.Equal(240, rows.Select(r => (r.Stream, r.Version)).Distinct().Count());
        Assert.Equal(240, rows.Length);
        for (var group = 0; group < 8; group++) Assert.All(consumers[group].Handled, r => Assert.Equal(group, r.Position.Lane % 8));
        foreach (var stream in rows.GroupBy(r => r.Stream)) Assert.Equal([1, 2, 3, 4, 5, 6], stream.Select(r => r.Version));
    }

    [Fact]
    public async Task A_second_owner_stops_the_first_and_goes_on_where_it_was()
    {
        await AppendAsync("c-1", 1);
        var (first, second) = (Consumer("c"), Consumer("c"));
        var old = Start(first, LaneSet.All);
        // Stored too: otherwise the second owner handles it once more, as it should.
        await Until.Async(() => Task.FromResult(old.GetStatus().HandledCommits), count => count == 1, "the first owner handled the first commit");

        var young = Start(second, LaneSet.All);
        await Until.Async(() => Task.FromResult(young.GetStatus().Epoch), epoch => epoch == 2, "the second owner took the lanes");
        await AppendAsync("c-1", 2);
        await old.Completion.WaitAsync(Deadline);
        await Until.Async(() => Task.FromResult(second.Handled.Count), count => count == 1, "the second owner handled the second commit");
        await AppendAsync("c-1", 3);
        await Until.Async(() => Task.FromResult(second.Handled.Count), count => count == 2, "the second owner handled the third commit");

        Assert.False(young.Completion.IsCompleted);
        Assert.Equal([2, 3], second.Handled.Select(r => r.Version));
        Assert.DoesNotContain(3, first.Handled.Select(r => r.Version));
    }

    [Fact]
    public async Task An_owner_that_was_frozen_within_a_page_cannot_move_the_checkpoint_back()
    {
        await AppendAsync("c-1", 1);
        var (first, second) = (Consumer("c"), Consumer("c"));
        var frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.OnPage = _ => frozen.Task;
        var old = Start(first, LaneSet.All);
        await Until.Async(() => Task.FromResult(old.GetStatus().Epoch), epoch => epoch == 1, "the first owner took the lanes");

        Start(second, LaneSet.All);
        await AppendAsync("c-1", 2);
        await Until.Async(() => Task.FromResult(second.Handled.Count), count => count == 2, "the second owner handled both");
        frozen.SetResult();
        await old.Completion.WaitAsync(Deadline);
        var stored = await _stores.Consumers.TakeAsync("c", LaneSet.All);
        Assert.Equal(await _stores.Journal.ReadEndAsync(), stored.Position);
    }

    [Fact]
    public async Task A_page_that_fails_is_tried_again_and_the_status_tells()
    {
        var consumer = Consumer("c");
        var failing = true;
        consumer.OnPage = page => failing && page.Rows.Count > 0 ? throw new JournalUnavailableException("As the test wants it.") : Task.CompletedTask;
        var loop = Start(consumer, LaneSet.All);
        for (var i = 0; i < 5; i++) await AppendAsync("c-1", i + 1, age: TimeSpan.FromHours(1));
        var status = await Until.Async(() => Task.FromResult(loop.GetStatus()), s => s.Failures > 1 && s.LagCommits == 5, "failures are told");
        Assert.Equal(nameof(JournalUnavailableException), status.LastError);
        Assert.InRange(status.Lag.ToTimeSpan(), TimeSpan.FromHours(1), TimeSpan.FromHours(1) + Deadline);
        Assert.Empty(consumer.Handled);

        failing = false;
        status = await Until.Async(() => Task.FromResult(loop.GetStatus()), s => s.HandledCommits == 5, "the page is handled");
        Assert.Equal([1, 2, 3, 4, 5], consumer.Handled.Select(r => r.Version));
        Assert.Equal(("", 0, 0L, TimeSpan.Zero), (status.LastError, status.Failures, status.LagCommits, status.Lag.ToTimeSpan()));
        Assert.Equal(1, status.Epoch);
    }

    [Fact]
    public async Task A_failure_that_passes_is_one_line_and_a_fault_is_an_error()
    {
        var consumer = Consumer("c");
        Exception failure = new JournalUnavailableException("As the test wants it.");
        consumer.OnPage = page => page.Rows.Count > 0 ? throw failure : Task.CompletedTask;
        await AppendAsync("c-1", 1);
        var log = new CollectingLogger();
        var loop = Start(consumer, LaneSet.All, log);
        await Until.Async(() => Task.FromResult(loop.GetStatus().Failures), failures => failures > 3, "failures");
        Assert.Equal([(LogLevel.Warning, 1105, null)], log.Entries.Where(e => e.Level > LogLevel.Debug));

        failure = new InvalidOperationException("As the test wants it.");
        await Until.Async(
            () => Task.FromResult(log.Entries.Count(e => (e.Level, e.Id, e.Exception) == (LogLevel.Error, 1101, failure))), count => count > 0, "an error");
    }

    private static Stores Open() => new();

    private RecordingConsumer Consumer(string name) => new(_stores.Consumers, name);

    private ConsumerLoop Start(RecordingConsumer consumer, LaneSet lanes, ILogger? log = null)
    {
        var loop = new ConsumerLoop(_stores.Journal, consumer, "c", lanes, _stores.Clock, log ?? NullLogger.Instance);
        _loops.Add(loop);
        loop.Start();
        return loop;
    }

    private async Task AppendAsync(string id, long version, TimeSpan age = default)
    {
        var commit = new Commit { CommitTime = Timestamp.FromDateTimeOffset(_stores.Clock.UtcNow - age) };
        var appender = _stores.Journal.OpenAppender(new StreamName("shop", "conversation", id), version - 1);
        Assert.True((await appender.AppendAsync(commit.ToByteArray())).IsCommitted);
    }
}
