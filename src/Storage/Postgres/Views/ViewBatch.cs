using System.Diagnostics;
using Engine.Grains.Views;

namespace Engine.Storage.Postgres.Views;

/// <summary>
/// What is left to write of many changes, as if they had been applied one after the other: of each row its newest version,
/// and nothing that a later change of the same batch erases. Sorted, so that two owners lock rows in the same order.
/// </summary>
internal sealed class ViewBatch
{
    private readonly Dictionary<(string Workspace, string Id), ConversationRow> _conversations = [];
    private readonly Dictionary<(string Workspace, string Id), PersonRow> _customers = [];
    private readonly Dictionary<(string Workspace, string Id), PersonRow> _agents = [];
    private readonly Dictionary<(string Workspace, string Id), ReadOnlyMemory<byte>> _routing = [];
    private readonly Dictionary<(string Workspace, DateTimeOffset, string, long, int), SlaOutcomeRow> _slaOutcomes = [];
    private readonly Dictionary<(string Workspace, DateTimeOffset, string, long, int), PromiseOutcomeRow> _promiseOutcomes = [];
    private readonly HashSet<(string Workspace, string Customer, TimelinePlace Place)> _timeline = [];
    private readonly HashSet<(string Workspace, string Customer)> _erasedCustomers = [];
    private readonly HashSet<(string Workspace, string Customer, string Conversation)> _erasedConversations = [];

    public ViewBatch(IReadOnlyList<ViewChange> changes)
    {
        foreach (var change in changes) Add(change);
        Conversations = Sorted(_conversations);
        Customers = Sorted(_customers);
        Agents = Sorted(_agents);
        SlaOutcomes = [.. _slaOutcomes.OrderBy(o => o.Key).Select(o => o.Value)];
        PromiseOutcomes = [.. _promiseOutcomes.OrderBy(o => o.Key).Select(o => o.Value)];
        Timeline = [.. _timeline
            .OrderBy(t => t.Workspace, StringComparer.Ordinal).ThenBy(t => t.Customer, StringComparer.Ordinal)
            .ThenBy(t => t.Place.Time).ThenBy(t => t.Place.Conversation, StringComparer.Ordinal).ThenBy(t => t.Place.Version)];
    }

    public ConversationRow[] Conversations { get; }

    public PersonRow[] Customers { get; }

    public PersonRow[] Agents { get; }

    public (string Workspace, string Customer, TimelinePlace Place)[] Timeline { get; }

    /// <summary>What queues know of an agent; null: keep what is stored.</summary>
    public byte[]? RoutingOf(PersonRow agent) =>
        _routing.TryGetValue((agent.Workspace, agent.Id), out var routing) ? routing.ToArray() : null;

    public SlaOutcomeRow[] SlaOutcomes { get; }

    public PromiseOutcomeRow[] PromiseOutcomes { get; }

    /// <summary>To be erased before anything is written.</summary>
    public IReadOnlyCollection<(string Workspace, string Customer)> ErasedCustomers => _erasedCustomers;

    /// <inheritdoc cref="ErasedCustomers"/>
    public IReadOnlyCollection<(string Workspace, string Customer, string Conversation)> ErasedConversations => _erasedConversations;

    private void Add(ViewChange change)
    {
        switch (change)
        {
            case ViewChange.PutConversation { Row: var row }:
                var before = _conversations.GetValueOrDefault((row.Workspace, row.Id));
                if (before is null || before.Version < row.Version)
                    _conversations[(row.Workspace, row.Id)] = row with { Details = row.Details ?? before?.Details };
                break;
            case ViewChange.PutCustomer { Row: var row }:
                Put(_customers, row);
                break;
            case ViewChange.PutAgent { Row: var row } put:
                if (Put(_agents, row) && put.Routing is { } routing) _routing[(row.Workspace, row.Id)] = routing;
                break;
            case ViewChange.AddSlaOutcome { Row: var row }:
                _slaOutcomes[(row.Workspace, row.Time, row.Conversation, row.Version, row.Place)] = row;
                break;
            case ViewChange.AddPromiseOutcome { Row: var row }:
                _promiseOutcomes[(row.Workspace, row.Time, row.Conversation, row.Version, row.Place)] = row;
                break;
            case ViewChange.AddToTimeline add:
                _timeline.Add((add.Workspace, add.Customer, add.Row.Place));
                break;
            case ViewChange.EraseConversation erase:
                Erase(erase);
                break;
            case ViewChange.EraseCustomer erase:
                Erase(erase);
                break;
            default:
                throw new UnreachableException($"No such change: {change.GetType().Name}.");
        }
    }

    private static bool Put(Dictionary<(string, string), PersonRow> people, PersonRow row)
    {
        if (people.TryGetValue((row.Workspace, row.Id), out var before) && before.Version >= row.Version) return false;
        people[(row.Workspace, row.Id)] = row;
        return true;
    }

    private void Erase(ViewChange.EraseConversation erase)
    {
        _erasedConversations.Add((erase.Workspace, erase.Customer, erase.Conversation));
        _timeline.RemoveWhere(t =>
            t.Workspace == erase.Workspace && t.Customer == erase.Customer && t.Place.Conversation == erase.Conversation);
        if (_conversations.TryGetValue((erase.Workspace, erase.Conversation), out var row))
            _conversations[(erase.Workspace, erase.Conversation)] = row with { Details = null };
    }

    private void Erase(ViewChange.EraseCustomer erase)
    {
        _erasedCustomers.Add((erase.Workspace, erase.Customer));
        _customers.Remove((erase.Workspace, erase.Customer));
        _timeline.RemoveWhere(t => t.Workspace == erase.Workspace && t.Customer == erase.Customer);
        foreach (var (key, row) in _conversations.ToArray())
        {
            if (row.Workspace == erase.Workspace && row.Customer == erase.Customer) _conversations[key] = row with { Details = null };
        }
    }

    private static T[] Sorted<T>(Dictionary<(string Workspace, string Id), T> rows) =>
        [.. rows.OrderBy(r => r.Key.Workspace, StringComparer.Ordinal).ThenBy(r => r.Key.Id, StringComparer.Ordinal).Select(r => r.Value)];
}
