using System.Collections.Frozen;
using Engine.Grains.Expectations;
using Engine.Grains.Sla.Calendars;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Catalogs;

/// <summary>Makes a stored catalog ready to decide by. Pure.</summary>
public static class CatalogReading
{
    /// <summary>Reads a catalog. What cannot be read is left out, and told: the rest must go on.</summary>
    /// <param name="leftOut">Told the kind and the reason of each that is left out: none, unless it was stored by readers that forgave more.</param>
    public static WorkspaceCatalog Read(Catalog catalog, Action<string, string> leftOut)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(leftOut);
        var calendars = new Dictionary<string, BusinessCalendar>();
        foreach (var calendar in catalog.Calendars)
        {
            var hours = BusinessCalendar.Create(calendar);
            if (hours.IsRejected) leftOut("calendar", Why(hours.Rejection));
            else calendars[calendar.Name] = hours.Change;
        }

        var policies = new List<SlaPolicy>();
        foreach (var policy in catalog.SlaPolicies)
        {
            if (PolicyRules.Create(policy) is { IsRejected: true, Rejection: var rejection }) leftOut("policy", Why(rejection));
            else if (policy.Calendar.Length > 0 && !calendars.ContainsKey(policy.Calendar)) leftOut("policy", "UNKNOWN_CALENDAR");
            else policies.Add(policy);
        }

        var sentences = SentenceBook.BuiltIn;
        if (catalog.Expectations?.Sentences is { Count: > 0 } own)
        {
            var read = SentenceBook.Create(own);
            if (read.IsRejected) leftOut("sentence book", Why(read.Rejection));
            else sentences = read.Change;
        }

        var sla = SlaCatalog.Empty.With(policies, catalog.Calendars.Where(c => calendars.ContainsKey(c.Name)));
        if (sla.IsRejected) leftOut("set of policies", Why(sla.Rejection));
        return new WorkspaceCatalog
        {
            Version = catalog.Version,
            Sla = sla.Change ?? SlaCatalog.Empty,
            Queues = [.. catalog.Queues],
            QueueById = catalog.Queues.ToFrozenDictionary(q => q.Name[CatalogNames.QueuePrefix.Length..], StringComparer.Ordinal),
            CalendarByName = calendars.ToFrozenDictionary(StringComparer.Ordinal),
            Routing = catalog.Routing ?? new RoutingSettings(),
            Expectations = catalog.Expectations ?? new ExpectationSettings(),
            Sentences = sentences,
        };
    }

    private static string Why(Rejection rejection) => rejection.Fields.Count > 0 ? rejection.Fields[0].Reason : rejection.Reason;
}
