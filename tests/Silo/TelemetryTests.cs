using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Engine.Silo.Tests.Processes;
using Engine.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Tests;

/// <summary>What is sent to a collector, looked at as bytes: what does not stand in them cannot leak.</summary>
public sealed class TelemetryTests : IAsyncLifetime, IDisposable
{
    private const string Body = "Where-is-my-parcel-5b1d";
    private const string Address = "visitor-77a0";
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<(string Path, byte[] Bytes)> _received = new();
    private WebApplication _collector = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes);
            _received.Enqueue((context.Request.Path, bytes.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await _collector.StartAsync();
    }

    public async Task DisposeAsync() => await _collector.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_trace_goes_from_the_call_over_the_actor_to_the_commit_and_nothing_personal_goes_with_it()
    {
        var address = _collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var traceId = Guid.NewGuid().ToString("N");
        string conversation;
        string key;
        await using (var engine = await EngineProcess.StartAsync(_directory.File("data"), ["--otlp-endpoint", $"{address}/v1"]))
        {
            key = engine.AdminKey;
            using var api = EngineApi.Of(engine);
            var received = await api.Inbound.ReceiveMessageAsync(
                new ReceiveMessageRequest { Channel = "web", Address = Address, ExternalId = "1", Content = new Content { Text = Body } },
                new Grpc.Core.Metadata { { "traceparent", $"00-{traceId}-00f067aa0ba902b7-01" } });
            conversation = received.Conversation["conversations/".Length..];
            Assert.Equal(0, await engine.StopAsync());
        }

        var traces = Sent("/v1/traces");
        Assert.Contains("engine.v1.InboundService/ReceiveMessage", traces, StringComparison.Ordinal);
        Assert.Contains("IConversationGrain", traces, StringComparison.Ordinal);
        Assert.Contains("journal commit", traces, StringComparison.Ordinal);
        // Each span carries its trace's id: the call's, the actors', the commits' are all of the one that the client began.
        var id = Encoding.Latin1.GetString(Convert.FromHexString(traceId));
        Assert.True(traces.Split(id).Length - 1 >= 5, $"{traces.Split(id).Length - 1} spans of the trace");
        var commit = traces.IndexOf("journal commit", StringComparison.Ordinal);
        Assert.Contains(id, traces[Math.Max(0, commit - 60)..commit], StringComparison.Ordinal);

        var metrics = Sent("/v1/metrics");
        string[] expected =
        [
            "engine.api.request.duration", "engine.storage.transaction.duration", "engine.storage.waiting", "engine.consumer.lag",
            "engine.process.serving", "dotnet.gc.collections",
        ];
        Assert.All(expected, name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        Assert.Contains(_received, part => part.Path == "/v1/logs");
        var all = string.Concat(_received.Select(part => Encoding.Latin1.GetString(part.Bytes)));
        Assert.All(new[] { Body, Address, conversation, key, key.Split('_')[^1] }, secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_sent_unless_the_engine_is_asked_by_its_own_setting()
    {
        var address = _collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        // What OpenTelemetry reads by itself wherever it is switched on.
        var environment = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        await using (var engine = await EngineProcess.StartAsync(_directory.File("data"), environment: environment))
        {
            using var api = EngineApi.Of(engine);
            await api.Workspaces.GetWorkspaceAsync(new GetWorkspaceRequest());
            Assert.Equal(0, await engine.StopAsync());
        }

        Assert.Empty(_received);
    }

    private string Sent(string path) =>
        string.Concat(_received.Where(part => part.Path == path).Select(part => Encoding.Latin1.GetString(part.Bytes)));
}
