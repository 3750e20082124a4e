using Engine.Grains.Catalogs;
using Engine.Grains.Conversations;
using Engine.Grains.Customers;
using Engine.Grains.Expectations;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Tests.Support;

/// <summary>A workspace with rules and a customer, on a clock that the test moves.</summary>
internal sealed class RuledShop : IAsyncDisposable
{
    private const string Customer = "carla";
    private readonly SetCatalogs _catalogs = new();
    private int _requests;

    private RuledShop(ShiftedTime time) => (Time, Stores) = (time, new Stores(time));

    public ShiftedTime Time { get; }

    public Stores Stores { get; }

    public SetLoads Loads { get; } = new();

    public TestSilo Silo { get; private set; } = null!;

    public DateTimeOffset Now => Time.GetUtcNow();

    public WorkspaceCatalog Rules
    {
        get => _catalogs.Catalog;
        set => _catalogs.Catalog = value;
    }

    /// <param name="at">Where the clock begins; null: now.</param>
    public static async Task<RuledShop> OpenAsync(WorkspaceCatalog rules, DateTimeOffset? at = null)
    {
        var time = new ShiftedTime();
        if (at is { } begin) time.Advance(begin - time.GetUtcNow());
        var shop = new RuledShop(time) { Rules = rules };
        try
        {
            await shop.StartSiloAsync();
            await shop.Silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/{Customer}")
                .CreateAsync(new CreateCustomerRequest { RequestId = "create", Customer = new() { Tier = "gold" } }, Callers.Admin);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everything in memory is gone.</summary>
    public async Task RestartAsync()
    {
        await Silo.DisposeAsync();
        await StartSiloAsync();
    }

    public async Task<StartConversationReply> TryStartAsync(Action<StartConversationRequest>? set = null)
    {
        var request = new StartConversationRequest
        {
            RequestId = Request(), Customer = $"customers/{Customer}", Channel = "web", Content = new() { Text = "hello" },
        };
        set?.Invoke(request);
        return await Silo.Grains.GetGrain<ICustomerGrain>($"{Callers.Workspace}/{Customer}").StartConversationAsync(request, Callers.Integration);
    }

    public async Task<V1.Conversation> StartAsync(Action<StartConversationRequest>? set = null)
    {
        var reply = await TryStartAsync(set);
        Assert.Null(reply.Rejection);
        return reply.Result.Conversation;
    }

    public IConversationGrain Conversation(string name) => Inbound.Conversation(Silo, name);

    public async Task<V1.Conversation> GetAsync(string name) => (await Conversation(name).GetAsync()).Result;

    public async Task<Message> SayAsync(string name, Caller caller, AuthorType author = AuthorType.Unspecified)
    {
        var reply = await Conversation(name).SendMessageAsync(
            new() { RequestId = Request(), Conversation = name, Content = new() { Text = "text" }, AuthorType = author }, caller);
        Assert.Null(reply.Rejection);
        return reply.Result;
    }

    /// <summary>As the queue does with a reservation.</summary>
    public Task<ConversationReply> AssignReservedAsync(
        string name, string queue, string agent, string reservation, TimeSpan? expires = null,
        ConversationMode mode = ConversationMode.Unspecified) =>
        Conversation(name).AssignReservedAsync(
            new AssignReservedCommand
            {
                Queue = queue, Agent = agent, Reservation = reservation, Reason = AssigneeChangeReason.Routed, Mode = mode,
                ExpireTime = Timestamp.FromDateTimeOffset(Now + (expires ?? TimeSpan.FromSeconds(30))),
                Decision = new RoutingDecision { Queue = $"queues/{queue}", Agent = $"agents/{agent}", Reservation = reservation },
            },
            new Caller { Workspace = Callers.Workspace });

    /// <summary>As the reminder's tick does.</summary>
    public Task WakeAsync(string name) => Silo.Grains.GetGrain<IRemindable>(Conversation(name).GetGrainId())
        .ReceiveReminder("deadline", new TickStatus(Now.UtcDateTime, TimeSpan.FromMinutes(1), Now.UtcDateTime));

    /// <summary>What the journal holds, read past the actor.</summary>
    public async Task<IReadOnlyList<Commit>> CommitsAsync(string name)
    {
        var stream = new StreamName(Callers.Workspace, "conversation", ConversationId.Parse(name).Value);
        return [.. (await Stores.Journal.ReadStreamAsync(stream, 0, 1_000)).Select(row => Commit.Parser.ParseFrom(row.Payload.Span))];
    }

    public async Task<IReadOnlyList<ConversationEvent>> EventsAsync(string name) =>
        [.. (await CommitsAsync(name)).SelectMany(commit => commit.Conversation.Events)];

    public async Task<IReadOnlyList<SlaNotice>> NoticesAsync(string name) =>
        [.. (await EventsAsync(name)).Where(e => e.Sla?.Notice is not null).Select(e => e.Sla.Notice)];

    public string Request() => $"request-{Interlocked.Increment(ref _requests)}";

    public async ValueTask DisposeAsync()
    {
        if (Silo is not null) await Silo.DisposeAsync();
        await Stores.DisposeAsync();
    }

    private async Task StartSiloAsync() => Silo = await TestSilo.StartAsync(Stores, services: services =>
    {
        services.AddSingleton<ICatalogs>(_catalogs);
        services.AddSingleton<IQueueLoads>(Loads);
    });
}
