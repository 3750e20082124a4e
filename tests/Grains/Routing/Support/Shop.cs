using System.Collections.Concurrent;
using Engine.Grains.Agents;
using Engine.Grains.Catalogs;
using Engine.Grains.Consumers;
using Engine.Grains.Conversations;
using Engine.Grains.Customers;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Grains.Routing;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Engine.Grains.Tests.Routing.Support;

/// <summary>A shop whose silo runs: queues, agents, customers.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Task> _customers = new();
    private int _requests;

    private Shop(Stores stores, ShiftedTime time, SetCatalogs catalogs) => (Stores, Time, Catalogs) = (stores, time, catalogs);

    public Stores Stores { get; }

    public ShiftedTime Time { get; }

    public SetCatalogs Catalogs { get; }

    public TestSilo Silo { get; private set; } = null!;

    /// <summary>Commits that queues are never told of: a fault as there should be none.</summary>
    public Func<JournalRow, bool> Loses { get; set; } = _ => false;

    public static async Task<Shop> OpenAsync(Queue[]? queues = null, RoutingSettings? routing = null, string? postgres = null)
    {
        var time = new ShiftedTime();
        var shop = new Shop(
            new Stores(time, postgres),
            time,
            new SetCatalogs { Catalog = ShopCatalog.With(queues: queues ?? [new Queue { Name = "queues/care" }], routing: routing) });
        await shop.StartSiloAsync();
        return shop;
    }

    /// <summary>Stops the silo and starts another one over the same stores.</summary>
    public async Task RestartAsync()
    {
        await Silo.DisposeAsync();
        await StartSiloAsync();
    }

    public IQueueGrain Queue(string id = "care") => Silo.Grains.GetGrain<IQueueGrain>($"{Callers.Workspace}/{id}");

    public IAgentGrain Agent(string id) => Silo.Grains.GetGrain<IAgentGrain>($"{Callers.Workspace}/{id}");

    public IConversationGrain Conversation(string name) => Inbound.Conversation(Silo, name);

    public string NextRequest() => $"r{Interlocked.Increment(ref _requests)}";

    public async Task HireAsync(string id, int capacity = 100, Presence presence = Presence.Online, params string[] queues)
    {
        var agent = new Agent { DisplayName = id, CapacityUnits = capacity };
        agent.Queues.AddRange((queues.Length > 0 ? queues : ["care"]).Select(q => $"queues/{q}"));
        var reply = await Agent(id).CreateAsync(new() { RequestId = NextRequest(), AgentId = id, Agent = agent }, Callers.Admin);
        Assert.Null(reply.Rejection);
        if (presence != Presence.Offline) await SetAsync(id, presence);
    }

    public async Task SetAsync(string id, Presence presence)
    {
        var reply = await Agent(id).SetPresenceAsync(
            new() { RequestId = NextRequest(), Name = $"agents/{id}", Presence = presence }, Callers.Admin);
        Assert.Null(reply.Rejection);
    }

    /// <summary>A customer of their own asks something.</summary>
    public async Task<string> AskAsync(
        string queue = "care", Priority priority = Priority.Normal, string customer = "", Action<StartConversationRequest>? with = null)
    {
        if (customer.Length == 0) customer = $"c{Interlocked.Increment(ref _requests)}";
        var grain = Silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/{customer}");
        await _customers.GetOrAdd(customer, async id =>
        {
            var created = await grain.CreateAsync(new() { RequestId = $"create-{id}", CustomerId = id, Customer = new() }, Callers.Admin);
            Assert.Null(created.Rejection);
        });
        var request = new StartConversationRequest
        {
            RequestId = NextRequest(),
            Customer = $"customers/{customer}",
            Channel = "web",
            Priority = priority,
            Content = new() { Text = "where is it?" },
            Queue = queue.Length > 0 ? $"queues/{queue}" : "",
        };
        with?.Invoke(request);
        var reply = await grain.StartConversationAsync(request, Callers.Integration);
        Assert.Null(reply.Rejection);
        return reply.Result.Conversation.Name;
    }

    public async Task AnswerAsync(string conversation, string agent)
    {
        var reply = await Conversation(conversation).SendMessageAsync(
            new() { RequestId = NextRequest(), Conversation = conversation, Content = new() { Text = "here" } }, Callers.Agent(agent));
        Assert.Null(reply.Rejection);
    }

    public async Task WriteAsync(string conversation)
    {
        var reply = await Conversation(conversation).SendMessageAsync(
            new() { RequestId = NextRequest(), Conversation = conversation, Content = new() { Text = "and?" }, AuthorType = AuthorType.Customer },
            Callers.Integration);
        Assert.Null(reply.Rejection);
    }

    public async Task ResolveAsync(string conversation)
    {
        var reply = await Conversation(conversation).ResolveAsync(new() { RequestId = NextRequest(), Name = conversation }, 86_400_000, Callers.Admin);
        Assert.Null(reply.Rejection);
    }

    public async Task<string> AssigneeAsync(string conversation) => (await Conversation(conversation).GetAsync()).Result.Assignee;

    public Task<string> UntilAssignedAsync(string conversation, string? agent = null) => Until.Async(
        () => AssigneeAsync(conversation),
        assignee => agent is null ? assignee.Length > 0 : assignee == $"agents/{agent}",
        $"{conversation} assigned to {agent ?? "anybody"}");

    public async Task<QueueStatus> StatusAsync(string queue = "care") => (await Queue(queue).GetStatusAsync()).Result;

    public Task<QueueStatus> UntilStatusAsync(Func<QueueStatus, bool> condition, string what, string queue = "care") =>
        Until.Async(() => StatusAsync(queue), condition, what);

    public async Task<WatchInboxResponse> InboxAsync(string agent) => (await Agent(agent).ReadInboxAsync(new())).Result;

    public Task<WatchInboxResponse> UntilInboxAsync(string agent, Func<WatchInboxResponse, bool> condition, string what) =>
        Until.Async(() => InboxAsync(agent), condition, what);

    /// <summary>The next call makes another activation.</summary>
    public Task ForgetAsync(IAddressable grain) => Silo.DeactivateAsync(grain);

    /// <summary>Every commit of an agent, replayed: that at no instant more was held than fits.</summary>
    public async Task<int> HighestLoadAsync(string agent)
    {
        var highest = 0;
        var state = AgentState.None;
        var rows = await Stores.Journal.ReadStreamAsync(new StreamName(Callers.Workspace, "agent", agent), 0, 4_096);
        foreach (var row in rows)
        {
            var commit = Commit.Parser.ParseFrom(row.Payload.Span);
            state = AgentCore.Apply(state, row.Version, commit.CommitTime, commit.Agent.Events, null);
            highest = Math.Max(highest, state.HeldUnits(commit.CommitTime.ToDateTimeOffset()));
        }

        return highest;
    }

    public static string IdOf(string conversation) => ConversationId.Parse(conversation).Value;

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Stores.DisposeAsync();
    }

    private async Task StartSiloAsync() => Silo = await TestSilo.StartAsync(Stores, consumers: true, services =>
    {
        services.AddSingleton<ICatalogs>(Catalogs);
        services.Configure<RoutingOptions>(options => (options.ReconcileEveryMs, options.SuspectForMs) = (500, 3_000));
        services.AddKeyedTransient<IConsumer>(
            RoutingConsumer.Name,
            (provider, _) => new ForgetfulConsumer(ActivatorUtilities.CreateInstance<RoutingConsumer>(provider), row => Loses(row)));
    });
}
