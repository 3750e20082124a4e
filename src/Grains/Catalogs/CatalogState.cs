using System.Collections.Immutable;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Catalogs;

/// <summary>A workspace's catalog between two commits. Immutable; its messages are never changed either.</summary>
public sealed record CatalogState
{
    private readonly Lazy<Catalog> _message;

    public CatalogState() => _message = new Lazy<Catalog>(Compose);

    /// <summary>A copy differs from what it was made of, so it composes its own message.</summary>
    private CatalogState(CatalogState other)
    {
        (Version, Policies, Calendars, Queues) = (other.Version, other.Policies, other.Calendars, other.Queues);
        (Routing, Expectations) = (other.Routing, other.Expectations);
        (Rollout, RolloutVersion, Versions) = (other.Rollout, other.RolloutVersion, other.Versions);
        _message = new Lazy<Catalog>(Compose);
    }

    /// <summary>Before the first commit.</summary>
    public static CatalogState None { get; } = new();

    /// <summary>Grows by one with each change; progress of a rollout is none.</summary>
    public long Version { get; init; }

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, SlaPolicy> Policies { get; init; } =
        ImmutableSortedDictionary.Create<string, SlaPolicy>(StringComparer.Ordinal);

    /// <inheritdoc cref="Policies"/>
    public ImmutableSortedDictionary<string, Calendar> Calendars { get; init; } =
        ImmutableSortedDictionary.Create<string, Calendar>(StringComparer.Ordinal);

    /// <inheritdoc cref="Policies"/>
    public ImmutableSortedDictionary<string, Queue> Queues { get; init; } =
        ImmutableSortedDictionary.Create<string, Queue>(StringComparer.Ordinal);

    public RoutingSettings Routing { get; init; } = new() { Etag = "v0" };

    public ExpectationSettings Expectations { get; init; } = new() { Etag = "v0" };

    /// <summary>How far open conversations were computed anew.</summary>
    public CatalogRollout Rollout { get; init; } = new();

    /// <summary>The version after the last change for which they are computed anew.</summary>
    public long RolloutVersion { get; init; }

    /// <summary>Whether open conversations are still to be computed anew.</summary>
    public bool IsRollingOut => Rollout.Version < RolloutVersion || Rollout.UpTo.Length > 0;

    /// <summary>Where versions of policies and calendars stand, the newest of each name at least.</summary>
    public VersionIndex Versions { get; init; } = VersionIndex.Empty;

    /// <summary>What is in force, as one message.</summary>
    public Catalog ToMessage() => _message.Value;

    private Catalog Compose()
    {
        var catalog = new Catalog { Version = Version, Routing = Routing, Expectations = Expectations };
        catalog.SlaPolicies.AddRange(Policies.Values.OrderBy(p => p.Rank).ThenBy(p => p.Name, StringComparer.Ordinal));
        catalog.Calendars.AddRange(Calendars.Values);
        catalog.Queues.AddRange(Queues.Values.OrderBy(q => q.Rank).ThenBy(q => q.Name, StringComparer.Ordinal));
        return catalog;
    }
}
