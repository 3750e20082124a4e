using System.Collections.Frozen;
using System.Collections.Immutable;
using Engine.Grains.Catalogs;
using Engine.Grains.Expectations;
using Engine.Grains.Sla.Calendars;
using Engine.V1;

namespace Engine.Grains.Tests.Support;

/// <summary>Rules of a workspace, made without an actor.</summary>
internal static class ShopCatalog
{
    public static WorkspaceCatalog With(
        IReadOnlyList<Queue>? queues = null,
        IReadOnlyList<SlaPolicy>? policies = null,
        IReadOnlyList<Calendar>? calendars = null,
        RoutingSettings? routing = null,
        ExpectationSettings? expectations = null,
        WorkspaceCatalog? before = null)
    {
        before ??= WorkspaceCatalog.None;
        var ranked = (queues ?? []).OrderBy(q => q.Rank).ThenBy(q => q.Name, StringComparer.Ordinal).ToImmutableArray();
        return new WorkspaceCatalog
        {
            Version = before.Version + 1,
            Sla = before.Sla.With(policies ?? [], calendars ?? []).Change!,
            Queues = ranked,
            QueueById = ranked.ToFrozenDictionary(q => q.Name["queues/".Length..]),
            CalendarByName = (calendars ?? []).Select(c => BusinessCalendar.Create(c).Change!).ToFrozenDictionary(c => c.Name),
            Routing = routing ?? new RoutingSettings(),
            Expectations = expectations ?? new ExpectationSettings(),
            Sentences = expectations is { Sentences.Count: > 0 } ? SentenceBook.Create(expectations.Sentences).Change! : SentenceBook.BuiltIn,
        };
    }
}
