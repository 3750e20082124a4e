using Engine.Runtime.Orleans.Tests.Calls;
using Engine.Runtime.Orleans.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Engine.Runtime.Orleans.Tests.Services;

public sealed class ClientTests : IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1)
        .ConfigureSilo(static (_, silo) =>
        {
            silo.Services.AddSerializer(static serializer => serializer.AddProtobufSerializer());
            silo.AddMemoryGrainStorage("named");
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.AddMemoryStreams("mem");
        })
        .ConfigureClient(static client =>
        {
            client.Services.AddSerializer(static serializer => serializer.AddProtobufSerializer());
            client.AddMemoryStreams("mem");
        })
        .Build();

    private ICallGrain Grain => _cluster.Client.GetGrain<ICallGrain>(_key);

    public Task InitializeAsync() => _cluster.DeployAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Behaviour(Docs.Clients)]
    public async Task Values_cross_the_connection()
    {
        Assert.Equal("x", (await Grain.EchoObject(new StringValue { Value = "x" }).Within() as StringValue)?.Value);
        Assert.Equal((1, null, TimeSpan.FromDays(1)), await Grain.EchoTuple((1, null, TimeSpan.FromDays(1))).Within());
        var map = await Grain.EchoMap(new() { ["a"] = [1, 2] }).Within();
        Assert.Equal(new[] { 1, 2 }, map["a"]);
        var note = await Grain.EchoNote(new Note { Numbers = [1] }).Within();
        Assert.Equal(1, Assert.Single(note.Numbers));
        Assert.Null(await Grain.EchoNullable(null).Within());
        var time = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
        Assert.Equal(time, await Grain.EchoTime(time).Within());
        Assert.Equal(_key, await (await Grain.Self().Within()).Key().Within());
    }

    [Behaviour(Docs.Serialization)]
    public async Task System_exceptions_cross_with_message_and_inner_exception()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.ThrowSystem("why").Within());
        Assert.Equal("why", error.Message);
        Assert.Equal("inner", Assert.IsType<TimeoutException>(error.InnerException).Message);
        Assert.Contains(nameof(CallGrain.ThrowSystem), error.StackTrace, StringComparison.Ordinal);
    }

    [Behaviour(Docs.Serialization)]
    public async Task Exceptions_of_the_application_do_not_cross_anywhere_in_the_chain()
    {
        await Assert.ThrowsAsync<CodecNotFoundException>(() => Grain.ThrowOwn("why").Within());
        await Assert.ThrowsAsync<CodecNotFoundException>(() => Grain.ThrowWrapped().Within());
    }

    [Behaviour(Docs.Serialization)]
    public async Task Marked_exceptions_cross_whole()
    {
        var error = await Assert.ThrowsAsync<MarkedException>(() => Grain.ThrowMarked("why", 42).Within());
        Assert.Equal(42, error.Code);
        Assert.Equal("why", error.Message);
    }

    [Behaviour(Docs.Cancellation)]
    public async Task Cancelling_crosses_the_connection()
    {
        using var source = new CancellationTokenSource();
        var call = Grain.WaitForCancellation(_key, source.Token);
        await Gates.UntilNoted(_key, "begins");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
        await Gates.UntilNoted(_key, "cancelled");
    }

    [Behaviour(Docs.RequestContext)]
    public async Task The_request_context_crosses_the_connection()
    {
        RequestContext.Set("who", "client");
        Assert.Equal("client", await _cluster.Client.GetGrain<IContextGrain>(_key).Get("who").Within());
    }

    [Behaviour(Docs.Observers)]
    public async Task A_grain_calls_an_object_of_a_client()
    {
        var observer = new TellMe();
        var reference = _cluster.Client.CreateObjectReference<ITellMe>(observer);
        await _cluster.Client.GetGrain<IServiceGrain>(_key).Tell(reference, "hello").Within();
        Assert.Equal("hello", await observer.Text.Task.Within());
        GC.KeepAlive(observer);
    }

    [Behaviour(Docs.Streams)]
    public async Task A_client_subscribes_and_publishes()
    {
        var stream = global::Orleans.Streams.StreamProviderExtensions.GetStream<string>(_cluster.Client.GetStreamProvider("mem"), "ns", _key);
        await global::Orleans.Streams.AsyncObservableExtensions.SubscribeAsync(stream, (item, _) =>
        {
            Gates.Note(_key, item);
            return Task.CompletedTask;
        }).Within();
        await stream.OnNextAsync("item").Within();
        await Gates.UntilNoted(_key, "item");
    }

    [Behaviour(Docs.Clients)]
    public async Task A_client_reads_a_sequence()
    {
        var seen = new List<int>();
        await foreach (var number in _cluster.Client.GetGrain<IServiceGrain>(_key).Count(250))
            seen.Add(number);
        Assert.Equal(Enumerable.Range(0, 250), seen);
    }

    [Behaviour(Docs.Clients)]
    public async Task Many_calls_share_a_connection()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => Grain.Add(number, 1).AsTask())).Within();
        Assert.Equal(Enumerable.Range(1, 2000), results);
    }

    [Behaviour(Docs.Clients)]
    public async Task Calls_under_way_fail_when_the_silo_dies()
    {
        var call = Grain.Wait(_key);
        await Gates.UntilNoted(_key, "begins");
        await _cluster.KillSiloAsync(_cluster.Silos[0]);
        await Assert.ThrowsAnyAsync<OrleansException>(() => call.Within());
        await Assert.ThrowsAnyAsync<OrleansException>(() => Grain.NoToken().Within());
        Gates.Release(_key);
    }

    [Behaviour(Docs.Clients)]
    public async Task A_client_connects_again_when_the_silo_is_back()
    {
        await Grain.NoToken().Within();
        await _cluster.RestartSiloAsync(_cluster.Silos[0]).Within();
        await Deadline.Until(() => Grain.NoToken().ContinueWith(static call => call.IsCompletedSuccessfully, TaskScheduler.Default).Result, "a call");
    }

    [Behaviour(Docs.Clients)]
    public async Task A_client_without_a_gateway_fails_to_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(static client => client.UseLocalhostClustering(1));
        using var host = builder.Build();
        await Assert.ThrowsAsync<ConnectionFailedException>(() => host.StartAsync().Within());
    }

    [Behaviour(Docs.Clients)]
    public async Task A_client_of_another_cluster_is_refused()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(_cluster.Silos[0].GatewayAddress.Endpoint.Port, "other", "other"));
        using var host = builder.Build();
        await Assert.ThrowsAsync<ConnectionFailedException>(() => host.StartAsync().Within());
    }
}
