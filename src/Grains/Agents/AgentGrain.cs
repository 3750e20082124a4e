using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Orleans.Concurrency;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

/// <summary>The actor around <see cref="AgentCore"/>.</summary>
[GrainType("agent")]
[Reentrant]
internal sealed partial class AgentGrain(JournaledGrainContext context)
    : JournaledGrain<AgentState, AgentChange>(context, StreamKind, AgentState.None), IAgentGrain
{
    public const string StreamKind = "agent";

    /// <summary>Who has been away for more commits than this gets the whole inbox instead of what changed.</summary>
    private const int ChangesMax = 512;

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(20);

    public async Task<AgentReply> CreateAsync(CreateAgentRequest request, Caller caller)
    {
        await EnsureKeyAsync(KeyVault.AgentOwner(Id));
        return await ChangeAsync(request.RequestId, request, state => AgentCore.Create(state, request.Agent, Authors.Of(caller)));
    }

    public Task<AgentReply> GetAsync()
    {
        if (Committed.Exists) return Task.FromResult(new AgentReply { Result = Committed.ToPublic(Id) });
        LeaveIfAbsent();
        return Task.FromResult(new AgentReply { Rejection = Rejections.AgentNotFound() });
    }

    public Task<AgentReply> UpdateAsync(UpdateAgentRequest request, Caller caller) =>
        ChangeAsync(request.RequestId, request, state => AgentCore.Update(state, request, Authors.Of(caller)));

    public Task<AgentReply> SetPresenceAsync(SetPresenceRequest request, Caller caller) =>
        ChangeAsync(request.RequestId, request, state => AgentCore.SetPresence(state, request.Presence, Authors.Of(caller)));

    public async Task<EmptyReply> ApplyInboxAsync(InboxChanged changes)
    {
        var refused = await ExecuteAsync(
            RequestStamp.None, (state, _) => AgentCore.ApplyInbox(state, changes), null, (_, _, _) => (Rejection?)null, rejection => rejection);
        if (refused is not null) LeaveIfAbsent();
        if (refused?.Reason is not "NO_NEWS") return new EmptyReply { Rejection = refused };
        // What is known may still be on its way to the disk, and the caller's checkpoint must not overtake it.
        return new EmptyReply { Rejection = await WhenSettledAsync() ? null : Rejections.FenceLost() };
    }

    public async Task<InboxReply> ReadInboxAsync(ReadInboxRequest request, CancellationToken cancellationToken)
    {
        if (!Committed.Exists)
        {
            LeaveIfAbsent();
            return new InboxReply { Rejection = Rejections.AgentNotFound() };
        }

        var after = request.AfterVersion;
        if (after <= 0 || after > CommittedVersion || CommittedVersion - after > ChangesMax) return new InboxReply { Result = Whole() };
        if (after == CommittedVersion)
        {
            var wait = request.Wait?.ToTimeSpan() ?? TimeSpan.Zero;
            await WaitBeyondAsync(after, wait < WaitMax ? wait : WaitMax, cancellationToken);
        }

        var state = Committed;
        var touched = new HashSet<string>();
        foreach (var row in await Context.Journal.ReadStreamAsync(Stream, after, ChangesMax, cancellationToken))
        {
            if (row.Version > state.Version) break;
            foreach (var e in Commit.Parser.ParseFrom(row.Payload.Span).Agent.Events)
            {
                if (e.EventCase != AgentEvent.EventOneofCase.InboxChanged) continue;
                touched.UnionWith(e.InboxChanged.Entries.Select(x => x.Conversation));
                touched.UnionWith(e.InboxChanged.Removed.Select(x => x.Conversation));
            }
        }

        if (state.Version - after > ChangesMax) return new InboxReply { Result = Whole() };
        var changes = new WatchInboxResponse { Version = state.Version, Presence = state.Presence };
        foreach (var conversation in touched.Order(StringComparer.Ordinal))
        {
            if (state.Inbox.TryGetValue(conversation, out var entry)) changes.Entries.Add(entry);
            else changes.Removed.Add(conversation);
        }

        return new InboxReply { Result = changes };
    }

    private WatchInboxResponse Whole()
    {
        var whole = new WatchInboxResponse { Version = Committed.Version, Reset = true, Presence = Committed.Presence };
        whole.Entries.AddRange(Committed.Inbox.Values.OrderBy(e => e.AssignTime?.ToDateTimeOffset()).ThenBy(e => e.Conversation, StringComparer.Ordinal));
        return whole;
    }

    private Task<AgentReply> ChangeAsync(string requestId, IMessage request, Func<AgentState, Decision<AgentChange>> decide) => ExecuteAsync(
        RequestStamp.Of(requestId, request),
        (state, _) => decide(state),
        (after, commit, _) => commit.Reply = Key!.Seal(after.ToPublic(Id), Purposes.Reply),
        (commit, _, position) => new AgentReply { Result = Key!.Open(commit.Reply, Agent.Parser, Purposes.Reply), Position = position.ToMessage() },
        rejection =>
        {
            LeaveIfAbsent();
            return new AgentReply { Rejection = rejection };
        });

    private protected override AgentState Write(AgentState state, AgentChange change, Commit commit, long version)
    {
        commit.Author = change.Author;
        commit.Agent = new AgentCommit();
        commit.Agent.Events.Add(change.Event);
        var after = AgentCore.Apply(state, version, commit.CommitTime, change.Event, change.Profile);
        if (change.Event.EventCase != AgentEvent.EventOneofCase.InboxChanged) commit.Agent.Record = Key!.Seal(after.ToPublic(Id), Purposes.Record);
        return after;
    }

    private protected override AgentState Apply(AgentState state, Commit commit, long version)
    {
        var record = commit.Agent.Record.IsEmpty ? null : Key?.Open(commit.Agent.Record, Agent.Parser, Purposes.Record);
        foreach (var e in commit.Agent.Events) state = AgentCore.Apply(state, version, commit.CommitTime, e, record is null ? null : ProfileOf(record));
        return state;
    }

    private protected override async ValueTask PrepareAsync(Commit commit) =>
        Key ??= await Context.Vault.FindAsync(Workspace, KeyVault.AgentOwner(Id));

    private protected override async ValueTask<AgentState> RestoreAsync(Snapshot snapshot, long version)
    {
        var stored = snapshot.Agent;
        Key = await Context.Vault.FindAsync(Workspace, KeyVault.AgentOwner(Id));
        return new AgentState
        {
            Version = version,
            Profile = Key is null ? new Agent() : Key.Open(stored.Record, Agent.Parser, Purposes.Record),
            ProfileVersion = stored.ProfileVersion,
            Presence = stored.Presence,
            PresenceTime = stored.PresenceTime,
            CreateTime = stored.CreateTime,
            UpdateTime = stored.UpdateTime,
            Inbox = AgentState.None.Inbox.AddRange(stored.Inbox.Select(e => KeyValuePair.Create(e.Conversation, e))),
        };
    }

    private protected override void Capture(AgentState state, Snapshot snapshot)
    {
        var stored = new AgentSnapshot
        {
            ProfileVersion = state.ProfileVersion,
            Presence = state.Presence,
            PresenceTime = state.PresenceTime,
            CreateTime = state.CreateTime,
            UpdateTime = state.UpdateTime,
        };
        if (Key is not null) stored.Record = Key.Seal(state.Profile, Purposes.Record);
        stored.Inbox.AddRange(state.Inbox.Values);
        snapshot.Agent = stored;
    }

    private static Agent ProfileOf(Agent record)
    {
        var profile = new Agent { DisplayName = record.DisplayName, CapacityUnits = record.CapacityUnits };
        profile.Skills.AddRange(record.Skills);
        profile.Languages.AddRange(record.Languages);
        return profile;
    }
}
