using System.Collections.Frozen;
using System.Collections.Immutable;
using Engine.Grains.Expectations;
using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Policies;
using Engine.V1;

namespace Engine.Grains.Catalogs;

/// <summary>A workspace's rules, read and ready to decide by. Immutable.</summary>
public sealed record WorkspaceCatalog
{
    /// <summary>Of a workspace in which nothing was ever set.</summary>
    public static WorkspaceCatalog None { get; } = new();

    /// <summary>Grows by one with each change.</summary>
    public long Version { get; init; }

    /// <summary>Policies and calendars.</summary>
    public SlaCatalog Sla { get; init; } = SlaCatalog.Empty;

    /// <summary>Queues by rank and name, archived ones too.</summary>
    public ImmutableArray<Queue> Queues { get; init; } = [];

    /// <summary>Queues by id.</summary>
    public FrozenDictionary<string, Queue> QueueById { get; init; } = FrozenDictionary<string, Queue>.Empty;

    /// <summary>Calendars in force by name (calendars/{calendar}).</summary>
    public FrozenDictionary<string, BusinessCalendar> CalendarByName { get; init; } = FrozenDictionary<string, BusinessCalendar>.Empty;

    /// <summary>How work weighs: as set; see <c>WorkUnits</c> for the defaults.</summary>
    public RoutingSettings Routing { get; init; } = new();

    /// <summary>What customers are told.</summary>
    public ExpectationSettings Expectations { get; init; } = new();

    /// <summary>The sentences they are told it in.</summary>
    public SentenceBook Sentences { get; init; } = SentenceBook.BuiltIn;
}
