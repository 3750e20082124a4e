using System.Text.Json;
using Engine.LoadTests.Bench;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Replay;

namespace Engine.LoadTests.Tests.Measuring;

public sealed class ReportsTests
{
    [Fact]
    public void ToJson_of_a_replay_has_the_promised_names()
    {
        var report = new ReplayReport
        {
            Input = "x", Conversations = 1, MessagesSent = 2, MessagesReadBack = 2, Mismatches = 0, Lost = 0, Duplicated = 0,
            Failed = 0, Retries = 0, BlankTurns = 0, DurationS = 1.23456789, P50Ms = 4, P99Ms = null, Concurrency = 1,
            Restarted = false, ReadBack = [], Errors = [],
        };
        using var json = JsonDocument.Parse(Reports.ToJson(report));
        foreach (var name in new[]
            { "conversations", "messages_sent", "messages_read_back", "mismatches", "lost", "duplicated", "duration_s", "p50_ms", "p99_ms" })
            Assert.True(json.RootElement.TryGetProperty(name, out _), name);
        Assert.Equal(1.2346, json.RootElement.GetProperty("duration_s").GetDouble());
        Assert.True(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.False((report with { Lost = 1 }).Passed);
        Assert.False((report with { Failed = 1 }).Passed);
    }

    [Fact]
    public void ToJson_of_a_benchmark_has_the_promised_names()
    {
        var report = new BenchReport
        {
            EchoHttp2 = 1, EchoGrpc = 2, RawInsert = 3, Durable1 = 4, Durable64 = 5, Durable256 = 6, Bound = 7,
            Ratio = double.PositiveInfinity, MessagesAcknowledged = 8, PayloadBytes = 200, EchoServer = "x", Store = "sqlite", Processors = 1,
            FileSystem = "x", Parts = [],
        };
        using var json = JsonDocument.Parse(Reports.ToJson(report));
        Assert.Equal(
            [1, 2, 3, 4, 5, 6],
            new[] { "echo_http2", "echo_grpc", "raw_insert", "durable_1", "durable_64", "durable_256" }
                .Select(name => json.RootElement.GetProperty(name).GetDouble()));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("ratio").ValueKind);
    }

    [Fact]
    public void CheckWritable_place_that_cannot_be_written_is_refused() =>
        Assert.Throws<UsageException>(() => Reports.CheckWritable(Path.Combine(RepositoryFiles.Root, "Engine.sln", "x.json")));

    [Theory]
    [InlineData(new double[] { 5 }, 5)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 9, 1, 5, 6 }, 5.5)]
    public void Median_is_the_middle(double[] values, double expected) => Assert.Equal(expected, BenchRounds.Median(values));

    [Fact]
    public void Bound_is_one_after_the_other() => Assert.Equal(2_000, BenchRun.Bound(3_000, 6_000), 6);
}
