using System.Collections.Immutable;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

public static partial class ConversationCore
{
    /// <summary>State after one commit.</summary>
    /// <param name="time">The commit's time.</param>
    /// <param name="data">Priority, tags and language after the commit, when its events begin the conversation or change them.</param>
    /// <param name="details">Subject and attributes after the commit, when they changed.</param>
    public static ConversationState Apply(
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
            touched |= e.EventCase is not ConversationEvent.EventOneofCase.ParticipantRead;
            switch (e.EventCase)
            {
                case ConversationEvent.EventOneofCase.Started:
                    summary.Customer = e.Started.Customer;
                    summary.Channel = e.Started.Channel;
                    summary.Predecessor = e.Started.Predecessor;
                    summary.CreateTime = time;
                    TakeData(summary, data);
                    participants = Read(participants, CustomerId.Of(e.Started.Customer).Name, AuthorType.Customer, 0);
                    break;
                case ConversationEvent.EventOneofCase.MessageAdded:
                    if (e.MessageAdded.Kind == MessageKind.Message)
                    {
                        summary.MessageCount++;
                        summary.LastMessageTime = time;
                    }

                    participants = Read(participants, author.Name, author.Type, version);
                    break;
                case ConversationEvent.EventOneofCase.StatusChanged:
                    summary.Status = e.StatusChanged.To;
                    summary.UntilTime = e.StatusChanged.UntilTime;
                    break;
                case ConversationEvent.EventOneofCase.AssigneeChanged:
                    summary.Assignee = AgentId.TryParse(e.AssigneeChanged.To, out var agent) ? agent.Value : "";
                    summary.AssignTime = summary.Assignee.Length > 0 ? time : null;
                    if (summary.Assignee.Length > 0) participants = Read(participants, agent.Name, AuthorType.Agent, 0);
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
        return new ConversationState
        {
            Version = version,
            Summary = summary,
            Details = summary.Erased ? new ConversationDetails() : details ?? state.Details,
            Participants = participants,
        };
    }

    private static void TakeData(ConversationSummary summary, ConversationSummary? data)
    {
        if (data is null) return;
        summary.Priority = data.Priority;
        summary.Language = data.Language;
        summary.Tags.Clear();
        summary.Tags.AddRange(data.Tags);
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
