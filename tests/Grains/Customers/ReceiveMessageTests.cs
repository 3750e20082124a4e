using Engine.Grains.Customers;
using Engine.Grains.Tests.Support;

namespace Engine.Grains.Tests.Customers;

/// <summary>A channel delivers at least once, crashes included; the customer's history holds every message once.</summary>
public sealed class ReceiveMessageTests
{
    [Fact]
    public async Task Fifty_messages_of_a_new_customer_at_once_make_one_customer_and_one_conversation()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Inbound.ReceiveAsync(silo, Inbound.Message($"m{i}"))));

        Assert.All(replies, reply => Assert.Null(reply.Rejection));
        Assert.Single(replies.Select(r => r.Result.Customer).Distinct());
        Assert.Single(replies.Select(r => r.Result.Conversation).Distinct());
        Assert.Single(replies, r => r.Result.ConversationStarted);
        var messages = await Inbound.MessagesAsync(silo, replies[0].Result.Conversation);
        Assert.Equal(50, messages.Select(m => m.Content.Text).Distinct().Count());
        Assert.Equal(50, messages.Count);
    }

    [Fact]
    public async Task Fifty_deliveries_of_one_message_append_it_once_and_answer_alike()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Inbound.ReceiveAsync(silo, Inbound.Message("m1"))));

        Assert.Single(replies.Select(r => r.Result).Distinct());
        Assert.Single(await Inbound.MessagesAsync(silo, replies[0].Result.Conversation));
    }

    /// <summary>A first message takes three commits: identity, customer with its conversation, message. Each may be the last.</summary>
    [Theory]
    [InlineData(1, nameof(Fault.BeforeWrite))]
    [InlineData(1, nameof(Fault.AfterWrite))]
    [InlineData(2, nameof(Fault.BeforeWrite))]
    [InlineData(2, nameof(Fault.AfterWrite))]
    [InlineData(3, nameof(Fault.BeforeWrite))]
    [InlineData(3, nameof(Fault.AfterWrite))]
    [InlineData(4, nameof(Fault.BeforeWrite))]
    [InlineData(4, nameof(Fault.AfterWrite))]
    public async Task A_crash_between_any_two_commits_then_a_retry_leaves_one_of_everything(int append, string fault)
    {
        await using var stores = new Stores();
        var crash = Enum.Parse<Fault>(fault);
        stores.Journal.OnAppend = (number, _) => number == append ? crash : Fault.None;
        await using (var crashed = await TestSilo.StartAsync(stores))
        {
            var first = await Inbound.ReceiveAsync(crashed, Inbound.Message("m1"));
            Assert.Equal("STORE_UNAVAILABLE", first.Rejection?.Reason);
            Assert.Equal(append, stores.Journal.Appends);
        }

        stores.Journal.Reset();
        await using var silo = await TestSilo.StartAsync(stores);
        var retried = await Inbound.ReceiveAsync(silo, Inbound.Message("m1"));
        var again = await Inbound.ReceiveAsync(silo, Inbound.Message("m1"));

        Assert.Null(retried.Rejection);
        Assert.Equal(retried.Result, again.Result);
        Assert.Single(await Inbound.MessagesAsync(silo, retried.Result.Conversation));
        var customer = silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/{Ids.CustomerId.Parse(retried.Result.Customer).Value}");
        Assert.Single((await customer.ListConversationsAsync()).Result.Conversations);
        Assert.Single((await customer.GetAsync()).Result.Identities);
    }

    [Fact]
    public async Task A_message_after_closing_starts_a_successor_that_links_to_it()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        var first = (await Inbound.ReceiveAsync(silo, Inbound.Message("m1"))).Result;
        await Inbound.Conversation(silo, first.Conversation).CloseAsync(new() { RequestId = "close", Name = first.Conversation }, Callers.Admin);

        var replies = await Task.WhenAll(Enumerable.Range(2, 20).Select(i => Inbound.ReceiveAsync(silo, Inbound.Message($"m{i}"))));

        var successor = Assert.Single(replies.Select(r => r.Result.Conversation).Distinct());
        Assert.NotEqual(first.Conversation, successor);
        Assert.Equal(first.Conversation, (await Inbound.Conversation(silo, successor).GetAsync()).Result.Predecessor);
        Assert.Equal(20, (await Inbound.MessagesAsync(silo, successor)).Count);
    }

    [Fact]
    public async Task A_message_repeated_after_its_conversation_was_closed_is_answered_by_that_one()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        var first = (await Inbound.ReceiveAsync(silo, Inbound.Message("m1"))).Result;
        await Inbound.Conversation(silo, first.Conversation).CloseAsync(new() { RequestId = "close", Name = first.Conversation }, Callers.Admin);
        var second = (await Inbound.ReceiveAsync(silo, Inbound.Message("m2"))).Result;

        var repeated = (await Inbound.ReceiveAsync(silo, Inbound.Message("m1"))).Result;

        Assert.Equal(first, repeated);
        Assert.Single(await Inbound.MessagesAsync(silo, second.Conversation));
    }

    [Fact]
    public async Task The_same_external_id_with_another_content_is_refused()
    {
        await using var stores = new Stores();
        await using var silo = await TestSilo.StartAsync(stores);
        await Inbound.ReceiveAsync(silo, Inbound.Message("m1"));
        var other = Inbound.Message("m1");
        other.RequestId = "another";
        other.Content.Text = "changed";

        Assert.Equal("REQUEST_ID_REUSED", (await Inbound.ReceiveAsync(silo, other)).Rejection?.Reason);
    }
}
