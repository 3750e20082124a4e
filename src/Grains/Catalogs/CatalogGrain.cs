using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Engine.Grains.Catalogs;

/// <summary>A workspace's catalog. Nothing in it is personal, so nothing is sealed.</summary>
[GrainType("catalog")]
[Reentrant]
internal sealed partial class CatalogGrain(
    JournaledGrainContext context, IViewStore views, ViewCatchUp caughtUp, IOptions<CatalogOptions> options, ILogger<CatalogGrain> logger)
    : JournaledGrain<CatalogState, CatalogChange>(context, StreamKind, CatalogState.None), ICatalogGrain, IRemindable, IDisposable
{
    public const string StreamKind = "catalog";

    private const int ScanPage = 512;

    public Task<ReadCatalogReply> ReadAsync(ReadCatalogRequest request) => Task.FromResult(
        Committed.Version > request.KnownVersion ? new ReadCatalogReply { Result = Committed.ToMessage() } : new ReadCatalogReply());

    public async Task<ReadRulesReply> ReadRulesAsync(ReadRulesRequest request)
    {
        var reply = new ReadRulesReply();
        var policies = request.Rules.Where(r => r.Policy.Length > 0).Select(r => (r.Policy, r.PolicyVersion)).ToHashSet();
        var calendars = request.Rules.Where(r => r.Calendar.Length > 0).Select(r => (r.Calendar, r.CalendarVersion)).ToHashSet();
        reply.SlaPolicies.AddRange(Committed.Policies.Values.Where(p => policies.Remove((p.Name, p.Version))));
        reply.Calendars.AddRange(Committed.Calendars.Values.Where(c => calendars.Remove((c.Name, c.Version))));
        var missing = policies.Concat(calendars).Where(v => v.Item2 <= Committed.Versions.Newest(v.Item1)).ToHashSet();
        foreach (var version in missing.ToList())
        {
            if (Committed.Versions.Find(version.Item1, version.Item2) is not { } commit) continue;
            foreach (var row in await Context.Journal.ReadStreamAsync(Stream, commit - 1, 1)) Take(row, missing, reply);
        }

        // The index forgets what is old; the journal does not.
        for (long after = 0; missing.Count > 0;)
        {
            var rows = await Context.Journal.ReadStreamAsync(Stream, after, ScanPage);
            foreach (var row in rows) Take(row, missing, reply);
            if (rows.Count < ScanPage) break;
            after = rows[^1].Version;
        }

        return reply;
    }

    public Task<CatalogReply> CreateSlaPolicyAsync(CreateSlaPolicyRequest request, Caller caller) => ChangePromisesAsync(
        request.RequestId, request, (state, now) => CatalogCore.CreatePolicy(state, request, Authors.Of(caller), now));

    public Task<CatalogReply> UpdateSlaPolicyAsync(UpdateSlaPolicyRequest request, Caller caller) => ChangePromisesAsync(
        request.RequestId, request, (state, now) => CatalogCore.UpdatePolicy(state, request, Authors.Of(caller), now));

    public Task<CatalogReply> DeleteSlaPolicyAsync(DeleteSlaPolicyRequest request, Caller caller) => ChangePromisesAsync(
        request.RequestId, request, (state, _) => CatalogCore.DeletePolicy(state, request, Authors.Of(caller)));

    public Task<CatalogReply> CreateCalendarAsync(CreateCalendarRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now) => CatalogCore.CreateCalendar(state, request, Authors.Of(caller), now));

    public Task<CatalogReply> UpdateCalendarAsync(UpdateCalendarRequest request, Caller caller) => ChangePromisesAsync(
        request.RequestId, request, (state, now) => CatalogCore.UpdateCalendar(state, request, Authors.Of(caller), now));

    public Task<CatalogReply> DeleteCalendarAsync(DeleteCalendarRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, _) => CatalogCore.DeleteCalendar(state, request, Authors.Of(caller)));

    public Task<CatalogReply> CreateQueueAsync(CreateQueueRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now) => CatalogCore.CreateQueue(state, request, Authors.Of(caller), now));

    public Task<CatalogReply> UpdateQueueAsync(UpdateQueueRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now) => CatalogCore.UpdateQueue(state, request, Authors.Of(caller), now));

    public Task<CatalogReply> UpdateRoutingAsync(UpdateRoutingSettingsRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now) => CatalogCore.UpdateRouting(state, request, Authors.Of(caller), now));

    public Task<CatalogReply> UpdateExpectationsAsync(UpdateExpectationSettingsRequest request, Caller caller) => ChangeAsync(
        request.RequestId, request, (state, now) => CatalogCore.UpdateExpectations(state, request, Authors.Of(caller), now));

    /// <summary>What a commit says, stands in it whole, so a repeated request is answered from it.</summary>
    private Task<CatalogReply> ChangeAsync(
        string requestId, IMessage request, Func<CatalogState, Timestamp, Decision<CatalogChange>> decide) => ExecuteAsync(
        RequestStamp.Of(requestId, request),
        (state, now) => decide(state, Timestamp.FromDateTimeOffset(now)),
        null,
        (commit, _, position) => new CatalogReply { Result = commit.Catalog, Position = position.ToMessage() },
        rejection => new CatalogReply { Rejection = rejection });

    private static void Take(JournalRow row, HashSet<(string, long)> missing, ReadRulesReply reply)
    {
        var commit = Commit.Parser.ParseFrom(row.Payload.Span).Catalog;
        if (commit.SlaPolicy is { } policy && missing.Remove((policy.Name, policy.Version))) reply.SlaPolicies.Add(policy);
        else if (commit.Calendar is { } calendar && missing.Remove((calendar.Name, calendar.Version))) reply.Calendars.Add(calendar);
    }

    private protected override CatalogState Write(CatalogState state, CatalogChange change, Commit commit, long version)
    {
        commit.Author = change.Author;
        commit.Catalog = change.Commit;
        return CatalogCore.Apply(state, change.Commit, version);
    }

    private protected override CatalogState Apply(CatalogState state, Commit commit, long version) =>
        CatalogCore.Apply(state, commit.Catalog, version);

    private protected override ValueTask<CatalogState> RestoreAsync(Snapshot snapshot, long version)
    {
        var stored = snapshot.Catalog;
        var catalog = stored.Catalog;
        return ValueTask.FromResult(new CatalogState
        {
            Version = catalog.Version,
            Policies = CatalogState.None.Policies.AddRange(catalog.SlaPolicies.Select(p => KeyValuePair.Create(p.Name, p))),
            Calendars = CatalogState.None.Calendars.AddRange(catalog.Calendars.Select(c => KeyValuePair.Create(c.Name, c))),
            Queues = CatalogState.None.Queues.AddRange(catalog.Queues.Select(q => KeyValuePair.Create(q.Name, q))),
            Routing = catalog.Routing,
            Expectations = catalog.Expectations,
            Rollout = stored.Rollout,
            RolloutVersion = stored.RolloutVersion,
            Versions = VersionIndex.Of(stored.Versions),
        });
    }

    private protected override void Capture(CatalogState state, Snapshot snapshot)
    {
        var stored = new CatalogSnapshot { Catalog = state.ToMessage(), Rollout = state.Rollout, RolloutVersion = state.RolloutVersion };
        stored.Versions.AddRange(state.Versions.ToMessages());
        snapshot.Catalog = stored;
    }
}
