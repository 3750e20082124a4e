using Engine.Grains.Catalogs;
using Engine.Internal.V1;
using Engine.V1;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using static Engine.Grains.Tests.Catalogs.Rules;

namespace Engine.Grains.Tests.Catalogs;

/// <summary>What holds whatever administrators do, in whatever order.</summary>
public sealed class CatalogProperties
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);
    private static readonly Author Admin = new() { Type = AuthorType.Bot, Name = "keys/admin" };

    /// <summary>A command by number, on which of three names, and a number to make it different.</summary>
    private static readonly Gen<(int Command, int Name, int Number)[]> Histories =
        Gen.Choose(0, 10).Zip(Gen.Choose(0, 2)).Zip(Gen.Choose(0, 3)).Select(t => (t.Item1.Item1, t.Item1.Item2, t.Item2)).ArrayOf();

    [Fact]
    public void What_is_stored_can_be_read_and_holds_together() => Check(history =>
    {
        var state = Run(history, (_, after, _) => CatalogReading.Read(after.ToMessage(), (kind, reason) => throw new InvalidOperationException($"{kind}: {reason}")));
        var catalog = CatalogReading.Read(state.ToMessage(), (_, _) => { });
        return catalog.Version == state.Version
            && catalog.Sla.Ranked.Length == state.Policies.Count
            && catalog.QueueById.Count == state.Queues.Count
            && catalog.Queues.Select(q => (q.Rank, q.Name)).SequenceEqual(catalog.Queues.Select(q => (q.Rank, q.Name)).Order());
    });

    [Fact]
    public void Versions_grow_by_one_with_each_change() => Check(history =>
    {
        var ok = true;
        var newest = new Dictionary<string, long>();
        Run(history, (before, after, commit) =>
        {
            ok &= after.Version == before.Version + 1;
            var (name, version) = commit switch
            {
                { SlaPolicy: { } p } => (p.Name, p.Version),
                { Calendar: { } c } => (c.Name, c.Version),
                { Queue: { } q } => (q.Name, q.Version),
                _ => ("", 0L),
            };
            if (name.Length == 0) return;
            ok &= version == newest.GetValueOrDefault(name) + 1;
            newest[name] = version;
        });
        return ok;
    });

    [Fact]
    public void Every_version_is_found_in_its_commit_and_replays_to_the_same() => Check(history =>
    {
        var commits = new List<CatalogCommit>();
        var lived = Run(history, (_, _, commit) => commits.Add(commit));
        var replayed = CatalogState.None;
        for (var i = 0; i < commits.Count; i++) replayed = CatalogCore.Apply(replayed, commits[i], i + 1);
        return replayed.ToMessage().Equals(lived.ToMessage()) && commits.Select((commit, i) => (commit, i)).All(c => c.commit switch
        {
            { SlaPolicy: { } p } => lived.Versions.Find(p.Name, p.Version) == c.i + 1,
            { Calendar: { } k } => lived.Versions.Find(k.Name, k.Version) == c.i + 1,
            _ => true,
        });
    });

    private static void Check(Func<(int, int, int)[], bool> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Histories.ToArbitrary(), holds));

    private static CatalogState Run((int Command, int Name, int Number)[] history, Action<CatalogState, CatalogState, CatalogCommit> see)
    {
        var state = CatalogState.None;
        for (var i = 0; i < history.Length; i++)
        {
            var decision = Decide(state, history[i], Timestamp.FromDateTimeOffset(Begin.AddMinutes(i)));
            if (decision.IsRejected) continue;
            var after = CatalogCore.Apply(state, decision.Change.Commit, state.Version + 1);
            see(state, after, decision.Change.Commit);
            state = after;
        }

        return state;
    }

    private static Decision<CatalogChange> Decide(CatalogState state, (int Command, int Name, int Number) step, Timestamp now)
    {
        var (command, id, n) = (step.Command, $"n{step.Name}", step.Number);
        var calendar = n == 0 ? "" : $"calendars/n{n - 1}";
        switch (command)
        {
            case 0: return CatalogCore.CreatePolicy(state, CreatePolicy(id, Policy(calendar, n, n == 3 ? "queues/n0" : "")), Admin, now);
            case 1: return CatalogCore.CreateCalendar(state, CreateCalendar(id, Calendar(end: $"1{n}:00")), Admin, now);
            case 2: return CatalogCore.CreateQueue(state, CreateQueue(id, new Queue { Rank = n, Calendar = calendar }), Admin, now);
            case 3:
                var policy = Policy(calendar, 3 - n);
                policy.Name = $"slaPolicies/{id}";
                return CatalogCore.UpdatePolicy(state, new UpdateSlaPolicyRequest { SlaPolicy = policy, UpdateMask = Mask("calendar", "rank") }, Admin, now);
            case 4:
                var hours = Calendar(end: $"1{n}:30");
                hours.Name = $"calendars/{id}";
                return CatalogCore.UpdateCalendar(state, new UpdateCalendarRequest { Calendar = hours, UpdateMask = Mask("weekly_hours") }, Admin, now);
            case 5:
                var queue = new Queue { Name = $"queues/{id}", Calendar = calendar, Rank = 3 - n, Archived = n == 2 };
                return CatalogCore.UpdateQueue(state, new UpdateQueueRequest { Queue = queue, UpdateMask = Mask("calendar", "rank", "archived") }, Admin, now);
            case 6: return CatalogCore.DeletePolicy(state, new DeleteSlaPolicyRequest { Name = $"slaPolicies/{id}" }, Admin);
            case 7: return CatalogCore.DeleteCalendar(state, new DeleteCalendarRequest { Name = $"calendars/{id}" }, Admin);
            case 8:
                var routing = new RoutingSettings { LiveUnits = n };
                return CatalogCore.UpdateRouting(state, new UpdateRoutingSettingsRequest { Settings = routing, UpdateMask = Mask("live_units") }, Admin, now);
            case 9:
                var expectations = new ExpectationSettings { Calendar = calendar };
                return CatalogCore.UpdateExpectations(
                    state, new UpdateExpectationSettingsRequest { Settings = expectations, UpdateMask = Mask("calendar") }, Admin, now);
            default:
                // Without a target it is refused, and changes nothing.
                return CatalogCore.CreatePolicy(state, CreatePolicy(id, new SlaPolicy()), Admin, now);
        }
    }
}
