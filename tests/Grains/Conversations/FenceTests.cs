using Engine.Grains.Tests.Support;
using Engine.V1;

namespace Engine.Grains.Tests.Conversations;

/// <summary>An actor may be active twice for a moment. The journal's key decides who goes on.</summary>
public sealed class FenceTests
{
    [Fact]
    public async Task Two_activations_at_once_lose_and_double_nothing()
    {
        await using var stores = new Stores();
        await using var one = await TestSilo.StartAsync(stores);
        await using var other = await TestSilo.StartAsync(stores);
        var name = (await Inbound.ReceiveAsync(one, Inbound.Message("m0"))).Result.Conversation;
        Assert.NotNull((await Inbound.Conversation(other, name).GetAsync()).Result);

        var lost = 0;
        var acknowledged = await Task.WhenAll(Enumerable.Range(1, 100).Select(async i =>
        {
            var request = new SendMessageRequest { RequestId = $"r{i}", Conversation = name, Content = new() { Text = $"t{i}" } };
            while (true)
            {
                var reply = await Inbound.Conversation(i % 2 == 0 ? one : other, name).SendMessageAsync(request, Callers.Integration);
                if (reply.Result is not null) return reply.Result;
                Assert.Equal("FENCE_LOST", reply.Rejection.Reason);
                Interlocked.Increment(ref lost);
            }
        }));

        Assert.True(lost > 0, "Nobody lost the fence: the test forced nothing.");
        Assert.Equal(100, acknowledged.Select(m => m.Version).Distinct().Count());
        await using var third = await TestSilo.StartAsync(stores);
        var stored = await Inbound.MessagesAsync(third, name);
        Assert.Equal(101, stored.Count);
        foreach (var message in acknowledged) Assert.Equal(message, stored.Single(m => m.Version == message.Version));
    }

    [Fact]
    public async Task A_failed_append_drops_everything_pending_behind_it()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        var name = (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.Conversation;
        stores.Journal.Reset();
        stores.Journal.OnAppend = (number, _) => number == 10 ? Fault.BeforeWrite : Fault.None;

        var replies = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => Inbound.Conversation(silo, name).SendMessageAsync(
            new() { RequestId = $"r{i}", Conversation = name, Content = new() { Text = $"t{i}" } }, Callers.Integration)));
        var retried = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => Inbound.Conversation(silo, name).SendMessageAsync(
            new() { RequestId = $"r{i}", Conversation = name, Content = new() { Text = $"t{i}" } }, Callers.Integration)));

        Assert.Contains(replies, r => r.Rejection?.Reason == "STORE_UNAVAILABLE");
        Assert.All(retried, r => Assert.NotNull(r.Result));
        for (var i = 0; i < 50; i++)
        {
            if (replies[i].Result is { } acknowledged) Assert.Equal(acknowledged, retried[i].Result);
        }

        Assert.Equal(51, (await Inbound.MessagesAsync(silo, name)).Count);
    }
}
