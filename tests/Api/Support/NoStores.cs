using Engine.Grains.Consumers;
using Engine.Grains.Events;
using Engine.Grains.Identities;
using Engine.Grains.Journal;
using Engine.Grains.Sla.Explaining;
using Engine.Grains.Views;
using Engine.V1;
using NodaTime;

namespace Engine.Api.Tests;

/// <summary>Lists, events and consumers of an empty engine, which a test can hold up.</summary>
internal sealed class NoStores : IListings, IConversationHistories, IEventReader, IConsumerStore, IIdentityKeys
{
    /// <summary>Whether lists ever catch up.</summary>
    public bool CatchesUp { get; set; } = true;

    public List<LanePosition> WaitedFor { get; } = [];

    public Task<IReadOnlyList<Conversation>> ListConversationsAsync(ConversationQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Conversation>>([]);

    public Task<IReadOnlyList<Customer>> ListCustomersAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Customer>>([]);

    public Task<IReadOnlyList<Agent>> ListAgentsAsync(string workspace, string afterId, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Agent>>([]);

    public Task<IReadOnlyList<(TimelinePlace Place, TimelineEntry Entry)>> ListTimelineAsync(
        string workspace, string customer, TimelinePlace? before, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(TimelinePlace, TimelineEntry)>>([]);

    public Task<IReadOnlyList<CreatedRow>> ListCreatedAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, CreatedRow? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CreatedRow>>([]);

    public Task<SlaFigures> ReportSlaAsync(
        string workspace, DateTimeOffset from, DateTimeOffset to, string? queue, CancellationToken cancellationToken) =>
        Task.FromResult(new SlaFigures([], new PromiseFigures(0, 0, 0, 0, 0)));

    public Task<ConversationHistory?> ReadAsync(string workspace, string conversation, Instant until, CancellationToken cancellationToken) =>
        Task.FromResult<ConversationHistory?>(null);

    public Task<bool> WaitAsync(LanePosition position, TimeSpan timeout, CancellationToken cancellationToken)
    {
        WaitedFor.Add(position);
        return Task.FromResult(CatchesUp);
    }

    public Task<EventPage> ReadAsync(string workspace, JournalPosition after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(new EventPage([], after, IsEnd: true));

    public Task WaitAsync(JournalPosition after, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken) => Task.FromResult(JournalPosition.At(0, 9));

    public Task<JournalPosition?> ReadAsync(string workspace, string consumer, CancellationToken cancellationToken) =>
        Task.FromResult<JournalPosition?>(null);

    public Task WriteAsync(string workspace, string consumer, JournalPosition position, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> DeleteAsync(string workspace, string consumer, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<IReadOnlyList<StoredConsumer>> ListAsync(string workspace, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredConsumer>>([]);

    public Task<Checkpoint> TakeAsync(string consumer, LaneSet lanes, CancellationToken cancellationToken) =>
        Task.FromResult(new Checkpoint(lanes, 1, JournalPosition.Start));

    public Task<bool> MoveAsync(string consumer, Checkpoint checkpoint, CancellationToken cancellationToken) => Task.FromResult(true);

    public ValueTask<string> IdOfAsync(string workspace, Identity identity, CancellationToken cancellationToken) =>
        ValueTask.FromResult($"{identity.Channel}:hash");
}
