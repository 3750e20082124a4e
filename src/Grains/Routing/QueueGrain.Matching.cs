using Engine.Grains.Agents;
using Engine.Grains.Conversations;
using Engine.Grains.Ids;
using Engine.Grains.Routing.Matching;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Orleans.Runtime;

namespace Engine.Grains.Routing;

internal sealed partial class QueueGrain
{
    /// <summary>Matches under way at once: enough to hide the calls, few enough not to bury a silo.</summary>
    private const int UnderWayMax = 256;

    private const int AssignAttemptsMax = 4;

    /// <summary>How long a reservation keeps units free unless its conversation is assigned.</summary>
    private static readonly TimeSpan ReservedFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReservedForReal = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A conversation takes no agent so late in a reservation. What it decides in time is committed a moment later - the store may be
    /// slow, its silo may stand still, its clock may be behind - and the agent must not have given the units away by then.
    /// </summary>
    private static readonly TimeSpan CommitsWithin = TimeSpan.FromSeconds(10);

    /// <summary>The board's hold outlasts the reservation: until then the agent's word on it is not heard.</summary>
    private static readonly TimeSpan HeldLonger = TimeSpan.FromSeconds(2);

    /// <summary>An agent who refused what the board saw room for is left alone for a moment, unless something newer is known.</summary>
    private static readonly TimeSpan RestFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RestForReal = TimeSpan.FromMilliseconds(250);

    /// <summary>Some beats long, so that one that comes late does not end it.</summary>
    private static readonly TimeSpan HeldRoomFor = TimeSpan.FromSeconds(5);

    /// <summary>In real time: until what failed is tried again. News of why it failed are on their way by then.</summary>
    private static readonly TimeSpan FailedPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private int _underWay;

    private Caller Engine => new() { Workspace = Workspace };

    /// <summary>Begins everything that can be matched, and sees to it that what time alone changes is looked at in time.</summary>
    private void Pump()
    {
        if (!_isReady || _gone.IsCancellationRequested) return;
        while (_underWay < UnderWayMax)
        {
            var now = Now;
            var expire = now + (Offers ? OfferTimeout : pace.AtLeast(ReservedFor, ReservedForReal));
            var hold = expire + pace.AtLeast(HeldLonger, HeldLonger);
            if (_board.Next(now.ToInstant(), Guid.NewGuid().ToString("N"), hold.ToInstant()) is not { } match) break;
            _underWay++;
            _ = CarryOutAsync(match, Timestamp.FromDateTimeOffset(expire));
        }

        SetTimer();
    }

    private async Task CarryOutAsync(Match match, Timestamp expire)
    {
        // Begun within the loop, which awaits nothing.
        await Task.Yield();
        var outcome = MatchOutcome.Failed;
        try
        {
            outcome = await ReserveAsync(match, expire);
        }
        catch (Exception e)
        {
            OnFailed(e);
            Rest(match.Agent);
        }

        _underWay--;
        if (outcome == MatchOutcome.Failed)
            await Task.Delay(FailedPause, TimeProvider.System, _gone.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (outcome is MatchOutcome.Failed or MatchOutcome.Over) _board.Drop(match.Reservation, Instant);
        Pump();
    }

    private async Task<MatchOutcome> ReserveAsync(Match match, Timestamp expire)
    {
        var reservation = new Reservation
        {
            Id = match.Reservation,
            Conversation = match.Conversation.Conversation,
            Queue = Id,
            Units = match.Units,
            ExpireTime = expire,
            Offer = Offers ? OfferOf(match, expire) : null,
        };
        var agent = AgentOf(match.Agent);
        ReserveReply reserved;
        try
        {
            reserved = await agent.ReserveAsync(new ReserveCommand { Reservation = reservation, Priority = match.Conversation.Priority });
        }
        catch (Exception e) when (TransientFailure.Is(e))
        {
            // Perhaps it was reserved all the same. Nothing waits for the answer: whoever did not answer once may not again.
            _ = SettleAsync(match.Agent, match.Reservation, assigned: false);
            throw;
        }

        var isNews = PutAgent(reserved.Agent);
        if (reserved.Rejection is { } refused)
        {
            metrics.OnRefused(refused.Reason);
            if (!isNews) Rest(match.Agent);
            // Refused by the store, not by the agent.
            return refused.Kind == RejectionKind.Unavailable ? MatchOutcome.Failed : MatchOutcome.Over;
        }

        if (reservation.Offer is not null)
        {
            BeginOffer(match, expire);
            return MatchOutcome.Offered;
        }

        var command = new AssignReservedCommand
        {
            Queue = Id,
            Agent = match.Agent,
            Reservation = match.Reservation,
            ExpireTime = TakenUntil(expire),
            Reason = AssigneeChangeReason.Routed,
            Decision = match.Decision,
            Mode = ModeOf(match.Conversation.Mode),
        };
        var reply = await AssignAsync(match.Conversation.Conversation, command, Engine);
        return await SettleAsync(command, reply, match.Conversation.WaitBeginTime, match.Rule);
    }

    /// <summary>Asks the conversation until it answers; null: it did not while the reservation lasted.</summary>
    private async Task<ConversationReply?> AssignAsync(string conversation, AssignReservedCommand command, Caller caller)
    {
        var grain = ConversationOf(conversation);
        var pause = RetryPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await grain.AssignReservedAsync(command, caller);
                if (reply.Rejection?.Kind != RejectionKind.Unavailable) return reply;
            }
            catch (Exception e) when (TransientFailure.Is(e))
            {
                OnFailed(e);
            }

            if (attempt == AssignAttemptsMax || _gone.IsCancellationRequested) return null;
            await Task.Delay(pause, TimeProvider.System);
            pause *= 4;
        }
    }

    /// <summary>Takes note of what the conversation answered, and tells the agent.</summary>
    private async Task<MatchOutcome> SettleAsync(AssignReservedCommand command, ConversationReply? reply, Timestamp? waitBegin, RoutingRule rule)
    {
        // Nobody knows what came of it. The reservation expires, or the inbox takes it: nobody else is asked before.
        if (reply is null) return MatchOutcome.Unknown;
        if (reply.Rejection is { } refused)
        {
            metrics.OnRefused(refused.Reason);
            await SettleAsync(command.Agent, command.Reservation, assigned: false);
            // It waits no more, or its reservation was too old: news of it are on their way.
            return MatchOutcome.Failed;
        }

        OnAssigned(ConversationId.Parse(reply.Result.Name).Value, reply.Result.Version, waitBegin, rule);
        // The units are the conversation's now, whether or not the agent hears of it in time: nothing waits for that.
        _ = SettleAsync(command.Agent, command.Reservation, assigned: true);
        return MatchOutcome.Over;
    }

    /// <summary>Until when a conversation takes an agent whose units are kept free until then.</summary>
    private Timestamp TakenUntil(Timestamp kept) =>
        Timestamp.FromDateTimeOffset(kept.ToDateTimeOffset() - pace.AtLeast(CommitsWithin, CommitsWithin));

    private static ConversationMode ModeOf(ConversationMode mode) =>
        mode == ConversationMode.Unspecified ? ConversationMode.Asynchronous : mode;

    private void OnAssigned(string conversation, long version, Timestamp? waitBegin, RoutingRule rule)
    {
        _board.Remove(conversation, version, Instant);
        _assigned++;
        metrics.OnAssigned(rule, waitBegin is null ? null : (Now - waitBegin.ToDateTimeOffset()).TotalSeconds);
    }

    /// <summary>Tells an agent what became of a reservation; not heard, it expires by itself.</summary>
    private async Task SettleAsync(string agent, string reservation, bool assigned)
    {
        try
        {
            var reply = await AgentOf(agent).SettleAsync(new SettleReservationCommand { Reservation = reservation, Assigned = assigned });
            if (PutAgent(reply.Agent)) Pump();
        }
        catch (Exception e)
        {
            OnFailed(e);
        }
    }

    /// <summary>Agents who work for other queues too are told that room is saved up; they forget it soon if nobody tells them again.</summary>
    private void TellHeld()
    {
        var until = Timestamp.FromDateTimeOffset(Now + pace.AtLeast(HeldRoomFor, HeldRoomFor));
        foreach (var (agent, conversation, units) in _board.HeldAgents(Instant))
        {
            if (agent.Queues.Count < 2) continue;
            _ = HoldRoomAsync(agent.Agent, new HoldRoomCommand { Queue = Id, Units = units, Priority = conversation.Priority, UntilTime = until });
        }
    }

    private async Task HoldRoomAsync(string agent, HoldRoomCommand command)
    {
        try
        {
            await AgentOf(agent).HoldRoomAsync(command);
        }
        catch (Exception e)
        {
            OnFailed(e);
        }
    }

    private void Rest(string agent) => _board.Rest(agent, (Now + pace.AtLeast(RestFor, RestForReal)).ToInstant(), Instant);

    private void SetTimer()
    {
        var next = _board.NextChange(Instant)?.ToDateTimeOffset();
        if (NextOfferEnd() is { } end && (next is null || end < next)) next = end;
        if (next is not { } due || (_timer is not null && _timerAt <= due)) return;
        _timer?.Dispose();
        _timerAt = due;
        var wait = due - Now;
        _timer = this.RegisterGrainTimer(
            static (self, _) => self.OnTimerAsync(),
            this,
            new GrainTimerCreationOptions
            {
                DueTime = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < TimerMax ? wait : TimerMax,
                Period = Timeout.InfiniteTimeSpan,
                Interleave = true,
            });
    }

    private Task OnTimerAsync()
    {
        _timer?.Dispose();
        _timer = null;
        EndOffers();
        Pump();
        return Task.CompletedTask;
    }

    private IAgentGrain AgentOf(string id) => GrainFactory.GetGrain<IAgentGrain>($"{Workspace}/{id}");

    private IConversationGrain ConversationOf(string id) => GrainFactory.GetGrain<IConversationGrain>($"{Workspace}/{id}");
}
