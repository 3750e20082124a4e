using Engine.Grains.Catalogs;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Grains.Routing;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Orleans.Concurrency;
using Orleans.Runtime;
using AgentEvent = Engine.Internal.V1.AgentEvent;

namespace Engine.Grains.Agents;

/// <summary>The actor around <see cref="AgentCore"/>.</summary>
[GrainType("agent")]
[Reentrant]
internal sealed partial class AgentGrain(JournaledGrainContext context, ICatalogs catalogs, ClockPace pace)
    : JournaledGrain<AgentState, AgentChange>(context, StreamKind, AgentState.None), IAgentGrain, IRemindable
{
    public const string StreamKind = "agent";

    public async Task<AgentReply> CreateAsync(CreateAgentRequest request, Caller caller)
    {
        await EnsureKeyAsync(KeyVault.AgentOwner(Id));
        return await ChangeAsync(request.RequestId, request, state => AgentCore.Create(state, request.Agent, Authors.Of(caller)));
    }

    public Task<AgentReply> GetAsync()
    {
        if (Committed.Exists) return Task.FromResult(new AgentReply { Result = Committed.ToPublic(Id, Now) });
        LeaveIfAbsent();
        return Task.FromResult(new AgentReply { Rejection = Rejections.AgentNotFound() });
    }

    public Task<AgentReply> UpdateAsync(UpdateAgentRequest request, Caller caller) =>
        ChangeAsync(request.RequestId, request, state => AgentCore.Update(state, request, Authors.Of(caller)));

    private Task<AgentReply> ChangeAsync(string requestId, IMessage request, Func<AgentState, Decision<AgentChange>> decide) => ExecuteAsync(
        RequestStamp.Of(requestId, request),
        (state, _) => decide(state),
        (after, commit, _) => commit.Reply = Key!.Seal(after.ToPublic(Id, commit.CommitTime.ToDateTimeOffset()), Purposes.Reply),
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
        commit.Agent.Events.AddRange(change.Events);
        var after = AgentCore.Apply(state, version, commit.CommitTime, change.Events, change.Profile);
        if (change.Events.Any(IsSeenInLists)) commit.Agent.Record = Key!.Seal(after.ToPublic(Id), Purposes.Record);
        var routing = AgentCore.RoutingOf(after, Id);
        if (routing == state.Routing) return after;
        commit.Agent.Routing = routing;
        if (state.Routing is { } before) commit.Agent.LeftQueues.AddRange(before.Queues.Except(routing.Queues));
        return after with { Routing = routing };
    }

    private protected override AgentState Apply(AgentState state, Commit commit, long version)
    {
        var record = commit.Agent.Record.IsEmpty ? null : Key?.Open(commit.Agent.Record, Agent.Parser, Purposes.Record);
        var after = AgentCore.Apply(state, version, commit.CommitTime, commit.Agent.Events, record is null ? null : ProfileOf(record));
        return commit.Agent.Routing is { } routing ? after with { Routing = routing } : after;
    }

    private static bool IsSeenInLists(AgentEvent e) =>
        e.EventCase is AgentEvent.EventOneofCase.ProfileChanged or AgentEvent.EventOneofCase.PresenceChanged;

    private protected override async ValueTask PrepareAsync(Commit commit) =>
        Key ??= await Context.Vault.FindAsync(Workspace, KeyVault.AgentOwner(Id));

    private protected override async ValueTask<AgentState> RestoreAsync(Snapshot snapshot, long version)
    {
        Key = await Context.Vault.FindAsync(Workspace, KeyVault.AgentOwner(Id));
        var stored = snapshot.Agent;
        return AgentSnapshots.Read(stored, version, Key is null ? new Agent() : Key.Open(stored.Record, Agent.Parser, Purposes.Record));
    }

    private protected override void Capture(AgentState state, Snapshot snapshot)
    {
        snapshot.Agent = AgentSnapshots.Write(state);
        if (Key is not null) snapshot.Agent.Record = Key.Seal(state.Profile, Purposes.Record);
    }

    private static Agent ProfileOf(Agent record)
    {
        var profile = new Agent { DisplayName = record.DisplayName, CapacityUnits = record.CapacityUnits };
        profile.Skills.AddRange(record.Skills);
        profile.Languages.AddRange(record.Languages);
        profile.Queues.AddRange(record.Queues);
        profile.Channels.AddRange(record.Channels);
        return profile;
    }
}
