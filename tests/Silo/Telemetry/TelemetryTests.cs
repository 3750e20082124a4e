using System.Text;
using Engine.Silo.Tests.Processes;
using Engine.V1;

namespace Engine.Silo.Tests.Telemetry;

/// <summary>What is sent to a collector, looked at as bytes: what does not stand in them cannot leak.</summary>
public sealed class TelemetryTests : IAsyncLifetime, IDisposable
{
    private const string Body = "Where-is-my-parcel-5b1d";
    private const string Address = "visitor-77a0";
    private readonly TemporaryDirectory _directory = new();
    private Collector _collector = null!;

    public async Task InitializeAsync() => _collector = await Collector.StartAsync();

    public async Task DisposeAsync() => await _collector.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_trace_goes_from_the_call_over_the_actor_to_the_commit_and_nothing_personal_goes_with_it()
    {
        var traceId = Guid.NewGuid().ToString("N");
        string conversation;
        string key;
        await using (var engine = await EngineProcess.StartAsync(_directory.File("data"), ["--otlp-endpoint", $"{_collector.HttpAddress}/v1"]))
        {
            key = engine.AdminKey;
            using var api = EngineApi.Of(engine);
            var received = await api.Inbound.ReceiveMessageAsync(
                new ReceiveMessageRequest { Channel = "web", Address = Address, ExternalId = "1", Content = new Content { Text = Body } },
                new Grpc.Core.Metadata { { "traceparent", $"00-{traceId}-00f067aa0ba902b7-01" } });
            conversation = received.Conversation["conversations/".Length..];
            await LogsArriveAsync();
            Assert.Equal(0, await engine.StopAsync());
        }

        var traces = _collector.Sent("/v1/traces");
        Assert.Contains("engine.v1.InboundService/ReceiveMessage", traces, StringComparison.Ordinal);
        Assert.Contains("IConversationGrain", traces, StringComparison.Ordinal);
        Assert.Contains("journal commit", traces, StringComparison.Ordinal);
        // Each span carries its trace's id: the call's, the actors', the commits' are all of the one that the client began.
        var id = Encoding.Latin1.GetString(Convert.FromHexString(traceId));
        Assert.True(traces.Split(id).Length - 1 >= 5, $"{traces.Split(id).Length - 1} spans of the trace");
        var commit = traces.IndexOf("journal commit", StringComparison.Ordinal);
        Assert.Contains(id, traces[Math.Max(0, commit - 60)..commit], StringComparison.Ordinal);

        var metrics = _collector.Sent("/v1/metrics");
        string[] expected =
        [
            "engine.api.request.duration", "engine.storage.transaction.duration", "engine.storage.waiting", "engine.consumer.lag",
            "engine.process.serving", "dotnet.gc.collections",
        ];
        Assert.All(expected, name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        Assert.Contains(_collector.Received, part => part.Path == "/v1/logs");
        var all = string.Concat(_collector.Received.Select(part => part.Text));
        Assert.All(new[] { Body, Address, conversation, key, key.Split('_')[^1] }, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_sent_unless_the_engine_is_asked_by_its_own_setting()
    {
        // What OpenTelemetry reads by itself wherever it is switched on.
        var environment = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.HttpAddress, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        await using (var engine = await EngineProcess.StartAsync(_directory.File("data"), environment: environment))
        {
            using var api = EngineApi.Of(engine);
            await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
            Assert.Equal(0, await engine.StopAsync());
        }

        Assert.Empty(_collector.Received);
    }

    [Fact]
    public async Task Metrics_traces_and_logs_arrive_by_grpc_too()
    {
        const string Collect = "/opentelemetry.proto.collector";
        var traceId = Guid.NewGuid().ToString("N");
        await using (var engine = await EngineProcess.StartAsync(_directory.File("data"), ["--otlp-endpoint", _collector.GrpcAddress]))
        {
            using var api = EngineApi.Of(engine);
            await api.Workspaces.GetWorkspaceAsync(
                new GetWorkspaceRequest(), new Grpc.Core.Metadata { { "traceparent", $"00-{traceId}-00f067aa0ba902b7-01" } });
            await LogsArriveAsync();
            Assert.Equal(0, await engine.StopAsync());
        }

        Assert.Contains("engine.api.request.duration", _collector.Sent($"{Collect}.metrics.v1.MetricsService/Export"), StringComparison.Ordinal);
        Assert.Contains(_collector.Received, part => part.Path == $"{Collect}.trace.v1.TraceService/Export" && part.SpansOf(traceId).Any());
        Assert.Contains(_collector.Received, part => part.Path == $"{Collect}.logs.v1.LogsService/Export");
    }

    [Fact]
    public async Task One_trace_goes_through_a_gateway_and_through_silos()
    {
        const int Calls = 16;
        await using var cluster = await EngineCluster.OpenAsync();
        string[] arguments = ["--otlp-endpoint", $"{_collector.HttpAddress}/v1"];
        var silos = await Task.WhenAll(cluster.StartAsync("silo", arguments), cluster.StartAsync("silo", arguments));
        var gateway = await cluster.StartAsync("gateway", arguments);
        using var api = cluster.ApiOf(gateway);
        var traces = new List<string>();
        for (var number = 0; number < Calls; number++)
        {
            var trace = Guid.NewGuid().ToString("N");
            await Retry.RunAsync(() => api.Inbound.ReceiveMessageAsync(
                new ReceiveMessageRequest { Channel = "web", Address = $"{number}", ExternalId = $"{number}", Content = new Content { Text = Body } },
                new Grpc.Core.Metadata { { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } }));
            traces.Add(trace);
        }

        Assert.Equal(0, await gateway.StopAsync());
        foreach (var silo in silos)
            Assert.Equal(0, await silo.StopAsync());

        // Who took part in each, and that its spans hang together: one in the silo is the child of one in another process.
        var exports = _collector.Received.Where(part => part.Path == "/v1/traces").ToList();
        var isBetweenSilos = false;
        foreach (var trace in traces)
        {
            var spans = exports.SelectMany(part => part.SpansOf(trace).Select(ids => (part.Role, part.Instance, ids.Span, ids.Parent))).ToList();
            var owners = spans.ToDictionary(span => span.Span, span => (span.Role, span.Instance));
            var hops = spans.Where(span => owners.TryGetValue(span.Parent, out var parent) && parent.Instance != span.Instance)
                .Select(span => (From: owners[span.Parent], To: owners[span.Span])).ToList();
            Assert.Contains(hops, hop => hop is { From.Role: "gateway", To.Role: "silo" });
            isBetweenSilos |= hops.Exists(hop => hop is { From.Role: "silo", To.Role: "silo" });
        }

        Assert.True(isBetweenSilos, "No trace goes from one silo to another.");
    }

    // Metrics and traces are sent out at the end, with as much time as a drain has; logs have a few seconds then.
    private Task LogsArriveAsync() =>
        Eventually.HoldsAsync(() => _collector.Received.Any(part => part.Path.Contains("logs", StringComparison.OrdinalIgnoreCase)));
}
