using Engine.Grains.Catalogs;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.Collections;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>Who has the conversation, and which queue looks for somebody.</summary>
public static partial class ConversationCore
{
    private const int SkillsMax = 20;
    private const int SkillBytesMax = 64;
    private const int SkillLevelMax = 10;

    /// <summary>Gives the conversation to an agent, whoever had it.</summary>
    public static Decision<ConversationChange> Assign(ConversationState state, AssignConversationRequest request, Caller caller)
    {
        if ((Closed(state) ?? EtagFault(state, request.Etag)) is { } rejection) return rejection;
        var agent = AgentId.Parse(request.Agent).Value;
        return new ConversationChange(Authors.Of(caller), agent == state.Summary.Assignee ? [] : [Assigned(state, agent, AssigneeChangeReason.ByHand)])
        {
            Data = new ConversationSummary { IgnoreCapacity = request.IgnoreCapacity },
        };
    }

    /// <summary>Hands the conversation to another agent or queue, with a note.</summary>
    public static Decision<ConversationChange> Transfer(
        ConversationState state, TransferConversationRequest request, Caller caller, WorkspaceCatalog? catalog = null)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        var events = new List<ConversationEvent>(4);
        if (request.Note.Length > 0) events.Add(MessageAdded(MessageKind.Note));
        if (request.Queue.Length > 0)
        {
            var queue = QueueChoice.IdOf(request.Queue);
            if (!QueueChoice.Takes(catalog ?? WorkspaceCatalog.None, queue)) return QueueNotFound();
            if (queue != state.Summary.Queue) events.Add(Queued(state.Summary.Queue, queue, QueueChangeReason.Transferred));
            if (state.Summary.Assignee.Length > 0) events.Add(Assigned(state, "", AssigneeChangeReason.Moved));
            AddStatus(events, state, ConversationStatus.Open);
        }
        else
        {
            var agent = AgentId.Parse(request.Agent).Value;
            if (agent == state.Summary.Assignee) return Rejections.AlreadyAssigned(request.Agent);
            events.Add(Assigned(state, agent, AssigneeChangeReason.ByHand));
        }

        return new ConversationChange(Authors.Of(caller), events)
        {
            Content = request.Note.Length > 0 ? new Content { Text = request.Note } : null,
            Data = new ConversationSummary { IgnoreCapacity = request.IgnoreCapacity },
        };
    }

    /// <summary>Gives the conversation back.</summary>
    public static Decision<ConversationChange> Release(ConversationState state, Caller caller)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        if (state.Summary.Assignee.Length == 0) return Rejections.NotAssigned();
        return new ConversationChange(Authors.Of(caller), [Assigned(state, "", AssigneeChangeReason.Released)]);
    }

    /// <summary>Gives the conversation to an agent who has room reserved for it.</summary>
    public static Decision<ConversationChange> AssignReserved(
        ConversationState state, AssignReservedCommand command, Caller caller, DateTimeOffset now)
    {
        if (Closed(state) is { } closed) return closed;
        if (command.ExpireTime?.ToDateTimeOffset() <= now)
            return Rejections.Of(RejectionKind.Precondition, "RESERVATION_EXPIRED", "The room is not kept free any more.");
        var isByHand = command.Reason == AssigneeChangeReason.ByHand;
        var agent = AgentId.Of(command.Agent);
        // Only the queue that it is in knows of its agents' room.
        if (state.Summary.Queue != command.Queue || !(state.IsWaiting || (isByHand && command.TakeOver))) return WaitsNoMore(state);
        // Room is kept for what it weighed when it was matched. The queue is about to hear that it weighs something else by now.
        if (command.Mode != ConversationMode.Unspecified && command.Mode != state.Mode) return WaitsNoMore(state);
        var events = new List<ConversationEvent>(3);
        if (command.Assign is { } assign && EtagFault(state, assign.Etag) is { } stale) return stale;
        if (command.Transfer is { } transfer)
        {
            if (NotTheirs(state, caller) is { } refused) return refused;
            if (agent.Value == state.Summary.Assignee) return Rejections.AlreadyAssigned(agent.Name);
            if (transfer.Note.Length > 0) events.Add(MessageAdded(MessageKind.Note));
        }

        if (command.Decision is { } decision) events.Add(new ConversationEvent { Routed = decision });
        events.Add(Assigned(state, agent.Value, command.Reason));
        var author = command.Reason switch
        {
            AssigneeChangeReason.ByHand => Authors.Of(caller),
            AssigneeChangeReason.Accepted => new Author { Type = AuthorType.Agent, Name = agent.Name },
            _ => new Author { Type = AuthorType.System },
        };
        return new ConversationChange(author, events)
        {
            Content = command.Transfer is { Note.Length: > 0 } noted ? new Content { Text = noted.Note } : null,
            Data = new ConversationSummary { Reservation = command.Reservation, IgnoreCapacity = command.IgnoreCapacity },
        };
    }

    /// <summary>Lets the conversation wait in its queue again; refused when there is no more reason to.</summary>
    public static Decision<ConversationChange> ReturnToQueue(ConversationState state, ReturnToQueueCommand command)
    {
        // Who answered in the meantime, or got it anew, keeps it: the one who asks knows an older conversation.
        if (state.Status != ConversationStatus.Open || state.Summary.Queue.Length == 0
            || state.Summary.Assignee != command.Agent || state.Summary.AssignVersion > command.ConversationVersion)
            return Rejections.Of(RejectionKind.Precondition, "NOT_THEIRS", "It is not the agent's to give back any more.");
        return new ConversationChange(new Author { Type = AuthorType.System }, [Assigned(state, "", command.Reason)]);
    }

    /// <summary>Takes over who is to get the conversation, or says what is wrong with it.</summary>
    /// <param name="preferred">agents/{agent}, or empty for nobody; null: not given.</param>
    /// <param name="prefix">Where the fields stand in the request.</param>
    private static Rejection? WantedFault(ConversationSummary data, RepeatedField<SkillRequirement> skills, string? preferred, string prefix)
    {
        if (skills.Count > SkillsMax) return Rejections.Invalid($"{prefix}required_skills", "TOO_MANY", $"At most {SkillsMax}.");
        foreach (var skill in skills)
        {
            if (skill.Skill.Length is 0 or > SkillBytesMax) return Rejections.Invalid($"{prefix}required_skills", "OUT_OF_RANGE", $"1 to {SkillBytesMax} bytes.");
            if (skill.LevelMin is < 0 or > SkillLevelMax) return Rejections.Invalid($"{prefix}required_skills", "OUT_OF_RANGE", $"Levels are 1 to {SkillLevelMax}.");
            data.RequiredSkills.Add(skill);
        }

        if (preferred is null) return null;
        if (preferred.Length > 0 && !AgentId.TryParse(preferred, out _))
            return Rejections.Invalid($"{prefix}preferred_agent", "INVALID_NAME", "agents/{agent}.");
        data.PreferredAgent = preferred.Length > 0 ? AgentId.Parse(preferred).Value : "";
        return null;
    }

    private static Rejection WaitsNoMore(ConversationState state) => Rejections.Of(
        RejectionKind.Precondition, "WAITS_NO_MORE", "The conversation does not wait in this queue.").With("assignee", NameOf(state.Summary.Assignee));

    private static Rejection QueueNotFound() => Rejections.Of(
        RejectionKind.NotFound, "QUEUE_NOT_FOUND", "There is no such queue, or it takes nothing new.");
}
