using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf;

namespace Engine.Grains.Tests.Conversations;

/// <summary>The same request id answers with the same bytes, at once, later, and after a restart.</summary>
public sealed class RepeatedRequestTests
{
    [Fact]
    public async Task Fifty_concurrent_calls_execute_once()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        var name = (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.Conversation;
        var request = new SendMessageRequest { RequestId = "r", Conversation = name, Content = new() { Text = "once" } };

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Inbound.Conversation(silo, name).SendMessageAsync(request, Callers.Integration)));

        Assert.Single(replies.Select(r => r.Result.ToByteString()).Distinct());
        Assert.Equal(2, (await Inbound.MessagesAsync(silo, name)).Count);
    }

    [Fact]
    public async Task Every_kind_of_reply_is_the_same_after_a_restart()
    {
        await using var stores = new Stores();
        var before = new List<ByteString>();
        string name;
        await using (var silo = await TestSilo.StartAsync(stores))
        {
            name = (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.Conversation;
            before.AddRange(await AllAsync(silo, name));
        }

        await using var restarted = await TestSilo.StartAsync(stores);
        Assert.Equal(before, await AllAsync(restarted, name));
    }

    [Fact]
    public async Task Another_payload_is_refused_also_after_a_restart()
    {
        await using var stores = new Stores();
        string name;
        await using (var silo = await TestSilo.StartAsync(stores))
        {
            name = (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.Conversation;
            await SendAsync(silo, name, "r", "one");
            Assert.Equal("REQUEST_ID_REUSED", (await SendAsync(silo, name, "r", "two")).Rejection?.Reason);
        }

        await using var restarted = await TestSilo.StartAsync(stores);
        Assert.Equal("REQUEST_ID_REUSED", (await SendAsync(restarted, name, "r", "two")).Rejection?.Reason);
    }

    [Fact]
    public async Task Requests_are_remembered_across_snapshots()
    {
        await using var stores = new Stores();
        string name;
        Message first;
        await using (var silo = await TestSilo.StartAsync(stores))
        {
            name = (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.Conversation;
            first = (await SendAsync(silo, name, "r0", "text")).Result;
            for (var i = 1; i < 400; i++) await SendAsync(silo, name, $"r{i}", "text");
        }

        await using var restarted = await TestSilo.StartAsync(stores);
        Assert.Equal(first, (await SendAsync(restarted, name, "r0", "text")).Result);
        Assert.Equal(401, (await Inbound.Conversation(restarted, name).GetAsync()).Result.MessageCount);
    }

    private static Task<Internal.V1.MessageReply> SendAsync(TestSilo silo, string name, string requestId, string text) =>
        Inbound.Conversation(silo, name).SendMessageAsync(
            new() { RequestId = requestId, Conversation = name, Content = new() { Text = text } }, Callers.Integration);

    private static async Task<List<ByteString>> AllAsync(TestSilo silo, string name)
    {
        var grain = Inbound.Conversation(silo, name);
        var update = new UpdateConversationRequest
        {
            RequestId = "update",
            Conversation = new() { Name = name, Subject = "parcel", Attributes = { ["b"] = "2", ["a"] = "1" } },
            UpdateMask = new() { Paths = { "subject", "attributes" } },
        };
        return
        [
            (await Inbound.ReceiveAsync(silo, Inbound.Message("m0"))).Result.ToByteString(),
            (await SendAsync(silo, name, "send", "text")).Result.ToByteString(),
            (await grain.AddNoteAsync(new() { RequestId = "note", Conversation = name, Content = new() { Text = "note" } }, Callers.Admin)).Result.ToByteString(),
            (await grain.AssignAsync(new() { RequestId = "assign", Name = name, Agent = "agents/ana" }, Callers.Admin)).Result.ToByteString(),
            (await grain.UpdateAsync(update, Callers.Admin)).Result.ToByteString(),
            (await grain.ResolveAsync(new() { RequestId = "resolve", Name = name }, 60_000_000, Callers.Admin)).Result.ToByteString(),
            (await grain.ReopenAsync(new() { RequestId = "reopen", Name = name }, Callers.Admin)).Result.ToByteString(),
        ];
    }
}
