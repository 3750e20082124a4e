using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Engine.Grains.Journal;
using Engine.Storage.Postgres;
using Engine.Storage.Tests.Support;
using Engine.Testing.Postgres;

namespace Engine.Storage.Tests.Postgres;

/// <summary>The server crashes, restarts, stays away. Each test has its own.</summary>
public sealed class PostgresFailureTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private PostgresServer _server = null!;
    private PostgresFixture _store = null!;

    private IJournal Journal => _store.Journal;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _store = await PostgresFixture.OpenAsync(
            await _server.CreateDatabaseAsync(), Patient);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Server_killed_again_and_again_under_load_loses_nothing_acknowledged_and_doubles_nothing()
    {
        var acknowledged = new ConcurrentDictionary<(string, long), string>();
        var offered = new ConcurrentDictionary<string, bool>();
        using var stop = new CancellationTokenSource();
        var actors = Enumerable.Range(0, 24).Select(s => Task.Run(async () =>
        {
            // As an activation does: appends, and when one fails starts anew from what is stored.
            var id = $"c-{s}";
            for (var n = 0; !stop.IsCancellationRequested;)
            {
                var version = await LastVersionAsync(id);
                var chain = Journal.OpenAppender(Stream(id), version);
                try
                {
                    while (!stop.IsCancellationRequested)
                    {
                        var pipelined = Enumerable.Range(0, 3).Select(_ =>
                        {
                            var text = $"{id} {n++}";
                            offered[text] = true;
                            return (Text: text, Version: chain.Version + 1, Append: chain.AppendAsync(Encoding.UTF8.GetBytes(text)));
                        }).ToArray();
                        foreach (var (text, at, append) in pipelined)
                        {
                            Assert.True((await append).IsCommitted);
                            acknowledged[(id, at)] = text;
                        }
                    }
                }
                catch (JournalUnavailableException)
                {
                }
            }
        })).ToArray();

        for (var kill = 0; kill < 3; kill++)
        {
            var before = acknowledged.Count;
            await WaitUntilAsync(() => acknowledged.Count > before + 500);
            await _server.StopImmediatelyAsync();
            await _server.StartAgainAsync();
        }

        var healed = acknowledged.Count;
        await WaitUntilAsync(() => acknowledged.Count > healed + 500);
        await stop.CancelAsync();
        await Task.WhenAll(actors).WaitAsync(Deadline);

        var stored = new Dictionary<(string, long), string>();
        for (var s = 0; s < actors.Length; s++)
        {
            for (var (version, more) = (0L, true); more;)
            {
                var rows = await Journal.ReadStreamAsync(Stream($"c-{s}"), version, 4_096);
                foreach (var row in rows)
                {
                    Assert.Equal(++version, row.Version);
                    stored.Add((row.Stream.Id, row.Version), Encoding.UTF8.GetString(row.Payload.Span));
                }

                more = rows.Count == 4_096;
            }
        }

        Assert.All(acknowledged, a => Assert.Equal(a.Value, stored.GetValueOrDefault(a.Key)));
        Assert.Equal(stored.Count, stored.Values.Distinct().Count());
        Assert.All(stored.Values, text => Assert.True(offered.ContainsKey(text)));
        // What consumers read is exactly what the streams hold.
        var (read, position) = (0, JournalPosition.Start);
        for (var isEnd = false; !isEnd;)
        {
            var page = await Journal.ReadAsync(position, 4_096);
            (read, position, isEnd) = (read + page.Rows.Count, page.Next, page.IsEnd);
        }

        Assert.Equal(stored.Count, read);
    }

    [Fact]
    public async Task Server_restarting_for_a_while_is_a_pause_for_appends_reads_and_waiting()
    {
        await AppendAsync("before");
        var end = await Journal.ReadEndAsync();
        await _server.StopAsync();
        // The idle connection is dead, and the writer does not know: this append's outcome is its own.
        var probe = Record.ExceptionAsync(() => Journal.OpenAppender(Stream("probe"), 0).AppendAsync("x"u8.ToArray()));
        // Where the writer has noticed by itself, the probe waits as everything else does.
        var probing = Stopwatch.StartNew();
        await WaitUntilAsync(() => probe.IsCompleted || probing.Elapsed > TimeSpan.FromSeconds(20));
        var chain = Journal.OpenAppender(Stream("during"), 0);
        var appends = Enumerable.Range(0, 10).Select(i => chain.AppendAsync(Encoding.UTF8.GetBytes($"{i}"))).ToArray();
        var reading = Journal.ReadStreamAsync(Stream("before"), 0, 10);
        var pause = Stopwatch.StartNew();
        await WaitUntilAsync(() => pause.Elapsed > TimeSpan.FromSeconds(3));
        Assert.All(appends, append => Assert.False(append.IsCompleted));
        Assert.False(reading.IsCompleted);
        await _server.StartAgainAsync();

        Assert.All(await Task.WhenAll(appends).WaitAsync(Deadline), outcome => Assert.True(outcome.IsCommitted));
        Assert.Single(await reading.WaitAsync(Deadline));
        using var deadline = new CancellationTokenSource(Deadline);
        var seen = 0;
        for (var position = end; seen < 10;)
        {
            await Journal.WaitAsync(position, null, deadline.Token);
            var page = await Journal.ReadAsync(position, 100, cancellationToken: deadline.Token);
            seen += page.Rows.Count(r => r.Stream.Id == "during");
            position = page.Next;
        }
    }

    [Fact]
    public async Task Server_away_for_too_long_fails_what_waits_and_takes_new_appends_when_it_is_back()
    {
        await using var impatient = await PostgresFixture.OpenAsync(
            await _server.CreateDatabaseAsync(), options => options.OutageWaitMax = TimeSpan.FromSeconds(1));
        await _server.StopAsync();
        var chain = impatient.Journal.OpenAppender(Stream("c"), 0);
        var appends = Enumerable.Range(0, 5).Select(_ => chain.AppendAsync("x"u8.ToArray())).ToArray();
        foreach (var append in appends) await Assert.ThrowsAsync<JournalUnavailableException>(() => append.WaitAsync(Deadline));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => impatient.Journal.ReadStreamAsync(Stream("c"), 0, 1).WaitAsync(Deadline));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => impatient.Keys.ReadAsync("shop", "").WaitAsync(Deadline));
        await _server.StartAgainAsync();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => chain.AppendAsync("x"u8.ToArray()).WaitAsync(Deadline));
        Assert.Empty(await impatient.Journal.ReadStreamAsync(Stream("c"), 0, 10));
        Assert.True((await impatient.Journal.OpenAppender(Stream("c"), 0).AppendAsync("x"u8.ToArray())).IsCommitted);
    }

    [Fact]
    public async Task Connections_cut_by_an_administrator_break_only_what_was_under_way()
    {
        await AppendAsync("a");
        await _server.RunToolAsync(
            "psql", ["-c", "SELECT pg_terminate_backend(pid, 300000) FROM pg_stat_activity WHERE application_name = 'engine'", "postgres"]);
        // At most the one that meets the dead connection fails.
        var failure = await Record.ExceptionAsync(() => AppendAsync("b"));
        Assert.True(failure is null or JournalUnavailableException);
        await AppendAsync("c");
        Assert.Single(await Journal.ReadStreamAsync(Stream("c"), 0, 10));
    }

    [Fact]
    public async Task Start_before_the_server_is_there_waits_for_it()
    {
        var connection = await _server.CreateDatabaseAsync();
        await _server.StopAsync();
        await using var early = new PostgresFixture(connection, Patient);
        var opening = early.Storage.OpenAsync();
        var append = early.Journal.OpenAppender(Stream("early"), 0).AppendAsync("x"u8.ToArray());
        await _server.StartAgainAsync();
        await opening.WaitAsync(Deadline);
        Assert.True((await append.WaitAsync(Deadline)).IsCommitted);
    }

    /// <summary>A server may take its time to be back.</summary>
    private static void Patient(PostgresStorageOptions options) => options.OutageWaitMax = options.StartWaitMax = Deadline;

    private static StreamName Stream(string id) => new("shop", "conversation", id);

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.True(waited.Elapsed < Deadline, "The condition was not met in time.");
            await tick.WaitForNextTickAsync();
        }
    }

    private async Task AppendAsync(string id) => Assert.True(
        (await Journal.OpenAppender(Stream(id), 0).AppendAsync("x"u8.ToArray()).WaitAsync(Deadline)).IsCommitted);

    private async Task<long> LastVersionAsync(string id)
    {
        while (true)
        {
            try
            {
                return await Journal.ReadStreamBackwardsAsync(Stream(id), long.MaxValue, 1) is [var last] ? last.Version : 0;
            }
            catch (JournalUnavailableException)
            {
            }
        }
    }
}
