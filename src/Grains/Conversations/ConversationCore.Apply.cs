using System.Collections.Immutable;
using Engine.Grains.Expectations;
using Engine.Grains.Ids;
using Engine.Grains.Sla;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

public static partial class ConversationCore
{
    /// <summary>State after one commit.</summary>
    /// <param name="time">The commit's time.</param>
    /// <param name="data">The structure after the commit, as far as its events do not tell it; a stored commit's summary.</param>
    /// <param name="details">Subject, attributes and number to call after the commit, when they changed.</param>
    public static ConversationState Apply(
        ConversationState state,
        long version,
        Timestamp time,
        Author author,
        IReadOnlyList<ConversationEvent> events,
        ConversationSummary? data,
        ConversationDetails? details)
    {
        var after = Shape(state, version, time, author, events, data, details);
        var moment = SlaMoment.Of(time.ToInstant(), author, events, after.Summary);
        var promise = state.Promise;
        List<SlaEvent>? sla = null;
        foreach (var e in events)
        {
            if (e.EventCase == ConversationEvent.EventOneofCase.Sla) (sla ??= []).Add(e.Sla);
            else if (e.EventCase == ConversationEvent.EventOneofCase.Expectation) promise = PromiseCore.Apply(promise, e.Expectation);
        }

        return Promised(after, Owed(state.Sla, moment, sla ?? []), promise);
    }

    /// <summary>
    /// The promises after a commit. Until a policy matches there is nothing to tell, so nothing is recorded: who waits for what
    /// follows from the conversation alone, by no rules at all.
    /// </summary>
    private static SlaState Owed(SlaState before, SlaMoment moment, IReadOnlyList<SlaEvent> events) =>
        before.Rules is null && !events.Any(e => e.EventCase == SlaEvent.EventOneofCase.RulesChanged)
            ? SlaCore.Decide(before, moment, SlaCatalog.Empty).State
            : SlaCore.Apply(before, moment, events);

    /// <summary>Completes a state whose summary is still its own with what is owed.</summary>
    internal static ConversationState Promised(ConversationState state, SlaState sla, Promise? promise)
    {
        var summary = state.Summary;
        summary.DeadlineTime = null;
        summary.DeadlineMetric = SlaMetric.Unspecified;
        summary.AtRisk = summary.Breached = false;
        var next = sla.NextDeadline;
        foreach (var clock in sla.Clocks)
        {
            if (clock is not { IsOwed: true, Target: not null }) continue;
            summary.AtRisk |= clock.AtRisk;
            summary.Breached |= clock.Breached;
            if (summary.DeadlineTime is not null || clock.Mode != SlaClockMode.Running || clock.DeadlineAt is not { } at || at != next) continue;
            summary.DeadlineTime = at.ToTimestamp();
            summary.DeadlineMetric = clock.Metric;
        }

        summary.UnansweredTime = sla.UnansweredSince?.ToTimestamp();
        return state with { Sla = sla, Promise = promise };
    }

    /// <summary>State after one commit, but for what is owed. Its summary is nobody else's yet.</summary>
    internal static ConversationState Shape(
        ConversationState state,
        long version,
        Timestamp time,
        Author author,
        IReadOnlyList<ConversationEvent> events,
        ConversationSummary? data,
        ConversationDetails? details)
    {
        var summary = state.Summary.Clone();
        var participants = state.Participants;
        var touched = false;
        foreach (var e in events)
        {
            touched |= e.EventCase is not (ConversationEvent.EventOneofCase.ParticipantRead
                or ConversationEvent.EventOneofCase.Sla or ConversationEvent.EventOneofCase.Expectation);
            switch (e.EventCase)
            {
                case ConversationEvent.EventOneofCase.Started:
                    summary.Customer = e.Started.Customer;
                    summary.Channel = e.Started.Channel;
                    summary.Predecessor = e.Started.Predecessor;
                    summary.CreateTime = time;
                    summary.LastAgent = data?.LastAgent ?? "";
                    TakeData(summary, data);
                    participants = Read(participants, CustomerId.Of(e.Started.Customer).Name, AuthorType.Customer, 0);
                    break;
                case ConversationEvent.EventOneofCase.MessageAdded:
                    if (e.MessageAdded.Kind == MessageKind.Message)
                    {
                        summary.MessageCount++;
                        summary.LastMessageTime = time;
                        if (author.Type == AuthorType.Agent && !e.MessageAdded.KeepsStatus) summary.LastAgent = AgentId.Parse(author.Name).Value;
                    }

                    participants = Read(participants, author.Name, author.Type, version);
                    break;
                case ConversationEvent.EventOneofCase.StatusChanged:
                    summary.Status = e.StatusChanged.To;
                    summary.UntilTime = e.StatusChanged.UntilTime;
                    summary.WaitBeginTime = e.StatusChanged.To == ConversationStatus.Open ? e.StatusChanged.EffectiveTime ?? time : null;
                    break;
                case ConversationEvent.EventOneofCase.AssigneeChanged:
                    TakeAssignee(summary, e.AssigneeChanged, data);
                    summary.AssignTime = summary.Assignee.Length > 0 ? time : null;
                    summary.AssignVersion = version;
                    if (summary.Assignee.Length > 0) participants = Read(participants, e.AssigneeChanged.To, AuthorType.Agent, 0);
                    break;
                case ConversationEvent.EventOneofCase.QueueChanged:
                    summary.Queue = QueueChoice.IdOf(e.QueueChanged.To);
                    break;
                case ConversationEvent.EventOneofCase.ModeChanged:
                    if (e.ModeChanged.Reason == ModeChangeReason.Done && summary.Assignee.Length > 0) summary.LastAgent = summary.Assignee;
                    summary.Mode = e.ModeChanged.To;
                    summary.ModeTime = time;
                    summary.Callback = e.ModeChanged.Callback;
                    summary.LiveIdle = e.ModeChanged.To == ConversationMode.Live ? data?.LiveIdle : null;
                    break;
                case ConversationEvent.EventOneofCase.DataChanged:
                    TakeData(summary, data);
                    break;
                case ConversationEvent.EventOneofCase.ParticipantRead:
                    participants = Read(participants, e.ParticipantRead.Participant, e.ParticipantRead.Type, e.ParticipantRead.ReadVersion);
                    break;
                case ConversationEvent.EventOneofCase.Erased:
                    summary.Erased = true;
                    break;
            }
        }

        if (touched) summary.UpdateTime = time;
        return state with
        {
            Version = version,
            Summary = summary,
            Details = summary.Erased ? new ConversationDetails() : details ?? state.Details,
            Participants = participants,
        };
    }

    private static void TakeAssignee(ConversationSummary summary, AssigneeChanged changed, ConversationSummary? data)
    {
        var from = summary.Assignee;
        summary.Assignee = AgentId.TryParse(changed.To, out var agent) ? agent.Value : "";
        summary.Reservation = summary.Assignee.Length > 0 ? data?.Reservation ?? "" : "";
        summary.IgnoreCapacity = summary.Assignee.Length > 0 && data is { IgnoreCapacity: true };
        switch (changed.Reason)
        {
            case AssigneeChangeReason.NoRoom or AssigneeChangeReason.ModeChanged:
                summary.PreferredAgent = from;
                break;
            case AssigneeChangeReason.Released or AssigneeChangeReason.Moved:
                // Who gives it away would otherwise be the first to get it back.
                if (summary.PreferredAgent == from) summary.PreferredAgent = "";
                if (summary.LastAgent == from) summary.LastAgent = "";
                break;
        }
    }

    private static void TakeData(ConversationSummary summary, ConversationSummary? data)
    {
        if (data is null) return;
        summary.Priority = data.Priority;
        summary.Language = data.Language;
        summary.Tags.Clear();
        summary.Tags.AddRange(data.Tags);
        summary.RequiredSkills.Clear();
        summary.RequiredSkills.AddRange(data.RequiredSkills);
        summary.PreferredAgent = data.PreferredAgent;
        summary.CustomerTier = data.CustomerTier;
    }

    private static ImmutableArray<Participant> Read(ImmutableArray<Participant> participants, string name, AuthorType type, long version)
    {
        for (var i = 0; i < participants.Length; i++)
        {
            if (participants[i].Participant_ != name) continue;
            return participants[i].ReadVersion >= version
                ? participants
                : participants.SetItem(i, new Participant { Participant_ = name, Type = type, ReadVersion = version });
        }

        return participants.Add(new Participant { Participant_ = name, Type = type, ReadVersion = version });
    }
}
