using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Runtime;
using Orleans.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Runtime.Orleans.Tests.Services;

public sealed class StorageAndStreamTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private IServiceGrain Grain => fixture.Grains.GetGrain<IServiceGrain>(_key);

    [Behaviour(Docs.Persistence)]
    public async Task A_state_never_written_is_new() => Assert.Equal((null, false, "fresh"), await Grain.Stored().Within());

    [Behaviour(Docs.Persistence)]
    public async Task A_written_state_is_read_by_the_next_activation()
    {
        await Grain.Store("kept").Within();
        await Grain.End().Within();
        var (etag, exists, text) = await Grain.Stored().Within();
        Assert.NotNull(etag);
        Assert.True(exists);
        Assert.Equal("kept", text);
    }

    [Behaviour(Docs.Persistence)]
    public async Task A_cleared_state_is_new_again()
    {
        await Grain.Store("kept").Within();
        await Grain.Clear().Within();
        var (_, exists, text) = await Grain.Stored().Within();
        Assert.False(exists);
        Assert.Equal("fresh", text);
    }

    [Behaviour(Docs.Persistence)]
    public async Task A_conflict_reaches_the_caller_and_drops_the_activation()
    {
        await Grain.Store("first").Within();
        var storage = fixture.Silo.Services.GetRequiredKeyedService<IGrainStorage>("named");
        var elsewhere = new GrainState<ServiceState>();
        await storage.ReadStateAsync("state", Grain.GetGrainId(), elsewhere);
        elsewhere.State!.Text = "elsewhere";
        await storage.WriteStateAsync("state", Grain.GetGrainId(), elsewhere);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Grain.Store("second").Within());
        Assert.Equal("elsewhere", (await Grain.Stored().Within()).Text);
    }

    [Behaviour(Docs.Streams)]
    public async Task A_subscriber_gets_items_in_order_until_it_unsubscribes()
    {
        var producer = fixture.Grains.GetGrain<IServiceGrain>(_key + "producer");
        await Grain.Subscribe(_key).Within();
        for (var number = 0; number < 20; number++)
            await producer.Publish(_key, $"{number}").Within();
        await Gates.UntilNoted(_key, "19");
        Assert.Equal(Enumerable.Range(0, 20).Select(static number => $"{number}"), Gates.Notes(_key));
        await Grain.Unsubscribe(_key).Within();
        await producer.Publish(_key, "after").Within();
        await Grain.Stored().Within();
        Assert.DoesNotContain("after", Gates.Notes(_key));
    }

    [Behaviour(Docs.Streams)]
    public async Task Publishing_without_subscribers_is_fine() => await Grain.Publish(_key, "nobody").Within();

    [Behaviour(Docs.Streams)]
    public async Task An_implicit_subscriber_is_woken_by_an_item()
    {
        var client = fixture.Silo.Services.GetRequiredService<IClusterClient>();
        await client.GetStreamProvider("mem").GetStream<string>(StreamId.Create("implicit", _key)).OnNextAsync("wake").Within();
        await Gates.UntilNoted(_key, "wake");
    }

    [Behaviour(Docs.Grains)]
    public async Task A_method_may_return_a_sequence()
    {
        var seen = new List<int>();
        await foreach (var number in Grain.Count(250))
            seen.Add(number);
        Assert.Equal(Enumerable.Range(0, 250), seen);
    }

    [Behaviour(Docs.Grains)]
    public async Task A_sequence_may_be_left_and_the_grain_learns_it()
    {
        await foreach (var number in Grain.Count(int.MaxValue))
        {
            if (number == 5)
                break;
        }

        await Gates.UntilNoted(_key, "counted");
    }

    [Behaviour(Docs.Grains)]
    public async Task An_exception_in_a_sequence_reaches_its_reader()
    {
        var count = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var _ in Grain.CountAndFail(10))
                count++;
        });
        Assert.Equal(10, count);
    }

    [Behaviour(Docs.Observers)]
    public async Task An_observer_is_called_through_its_reference()
    {
        var observer = new TellMe();
        var reference = fixture.Grains.CreateObjectReference<ITellMe>(observer);
        await Grain.Tell(reference, "hello").Within();
        Assert.Equal("hello", await observer.Text.Task.Within());
        fixture.Grains.DeleteObjectReference<ITellMe>(reference);
        await Assert.ThrowsAsync<ClientNotAvailableException>(() => Grain.Tell(reference, "again").Within());
        GC.KeepAlive(observer);
    }
}
