using Engine.Grains.Tests.Routing.Support;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Routing;

/// <summary>Who is asked, as the settings and the agents' profiles have it now.</summary>
public sealed class ChoiceTests
{
    [Fact]
    public async Task The_preferred_agent_gets_it_though_another_one_has_more_room()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana", capacity: 1_000);
        await shop.HireAsync("bo", capacity: 50);
        var conversation = await shop.AskAsync(with: r => r.PreferredAgent = "agents/bo");
        await shop.UntilAssignedAsync(conversation, "bo");
        var decision = await DecisionAsync(shop, conversation);
        Assert.Equal((RoutingRule.Preferred, "agents/bo", "queues/care"), (decision.Rule, decision.Agent, decision.Queue));
        Assert.NotEmpty(decision.Candidates);
    }

    [Fact]
    public async Task Who_leaves_a_queue_gets_nothing_more_of_it()
    {
        await using var shop = await Shop.OpenAsync([new() { Name = "queues/care" }, new() { Name = "queues/sales" }]);
        await shop.HireAsync("ana");
        await shop.UntilStatusAsync(s => s.OnlineAgentCount == 1, "there");
        Assert.Null((await shop.Agent("ana").UpdateAsync(
            new()
            {
                RequestId = "moves",
                Agent = new() { Name = "agents/ana", Queues = { "queues/sales" } },
                UpdateMask = new() { Paths = { "queues" } },
            },
            Callers.Admin)).Rejection);
        await shop.UntilStatusAsync(s => s.OnlineAgentCount == 0, "left");
        await shop.UntilStatusAsync(s => s.OnlineAgentCount == 1, "joined", "sales");
        var conversation = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "waits");
        Assert.Equal("", await shop.AssigneeAsync(conversation));
        Assert.Equal("queues/care", (await shop.Queue().ExplainWaitingAsync(Shop.IdOf(conversation))).Result.Queue);
    }

    [Fact]
    public async Task Agents_of_another_queue_are_asked_in_time_and_at_once_when_the_settings_say_so()
    {
        var sales = new Queue { Name = "queues/sales" };
        await using var shop = await Shop.OpenAsync([new() { Name = "queues/care" }, sales]);
        await shop.HireAsync("ana", 100, Presence.Online, "sales");
        var conversation = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "nobody is there for it");

        var relaxed = new Queue
        {
            Name = "queues/care",
            Version = 2,
            RelaxSteps = { new RelaxStep { After = Duration.FromTimeSpan(TimeSpan.FromMinutes(2)), AlsoQueues = { "queues/sales" } } },
        };
        shop.Catalogs.Catalog = ShopCatalog.With(queues: [relaxed, sales], before: shop.Catalogs.Catalog);
        shop.Time.Advance(TimeSpan.FromMinutes(3));
        await shop.UntilAssignedAsync(conversation, "ana");

        // News of such agents come by the journal too.
        await shop.SetAsync("ana", Presence.Away);
        var next = await shop.AskAsync();
        await shop.UntilStatusAsync(s => s.WaitingCount == 1, "she is away");
        shop.Time.Advance(TimeSpan.FromMinutes(3));
        await shop.SetAsync("ana", Presence.Online);
        await shop.UntilAssignedAsync(next, "ana");
    }

    [Fact]
    public async Task Answers_tell_how_long_answers_take()
    {
        await using var shop = await Shop.OpenAsync();
        await shop.HireAsync("ana");
        for (var i = 0; i < 8; i++)
        {
            var conversation = await shop.AskAsync();
            await shop.UntilAssignedAsync(conversation, "ana");
            await Until.Async(async () => (await shop.Queue().GetLoadAsync()).Result.OwedCount, owed => owed == 1, "owed");
            shop.Time.Advance(TimeSpan.FromSeconds(30));
            await shop.AnswerAsync(conversation, "ana");
            await Until.Async(async () => (await shop.Queue().GetLoadAsync()).Result, load => load.AnswerCount == i + 1 && load.OwedCount == 0, "answered");
        }

        var load = (await shop.Queue().GetLoadAsync()).Result;
        Assert.InRange(load.MedianResponse.ToTimeSpan().TotalSeconds, 30, 45);
        Assert.InRange(load.TimePerAnswer.ToTimeSpan().TotalSeconds, 30, 45);
        Assert.Equal(1, load.Agents);

        // Counted for good once the queue leaves.
        await shop.ForgetAsync(shop.Queue());
        var status = await shop.UntilStatusAsync(s => s.OnlineAgentCount == 1, "back");
        Assert.Equal(8, status.AssignedCount);
        Assert.Equal(8, (await shop.Queue().GetLoadAsync()).Result.AnswerCount);
    }

    private static async Task<RoutingDecision> DecisionAsync(Shop shop, string conversation)
    {
        var commits = (await shop.Conversation(conversation).ReadCommitsAsync(new() { Limit = 100 })).Result.Commits_;
        return commits.SelectMany(c => c.Events).First(e => e.Routed is not null).Routed;
    }
}
