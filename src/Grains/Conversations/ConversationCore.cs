using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>
/// A conversation as a state machine: who owes an answer. A message of the customer makes it OPEN whatever it was, but for
/// CLOSED, which nothing leaves; an answer of the shop makes it PENDING; people set it aside (SNOOZED) or declare it done
/// (RESOLVED); time ends both by itself. Pure: no clock, no I/O, no chance, so that it can be property-tested and replayed.
/// </summary>
public static partial class ConversationCore
{
    /// <summary>Starts a conversation.</summary>
    public static Decision<ConversationChange> Start(ConversationState state, StartConversationCommand command, Caller caller)
    {
        var request = command.Request;
        if (state.Exists) return Rejections.RequestIdReused();
        var customer = CustomerId.Parse(request.Customer).Value;
        var predecessor = request.Predecessor.Length > 0 ? ConversationId.Parse(request.Predecessor).Value : "";
        var author = AuthorOf(request.AuthorType, caller, customer, AuthorType.Customer);
        var events = new List<ConversationEvent> { Started(customer, request.Channel, predecessor) };
        if (request.Content is not null) events.Add(MessageAdded(MessageKind.Message));
        var first = request.Content is not null && author.Type == AuthorType.Customer ? ConversationStatus.Open : ConversationStatus.Pending;
        events.Add(ChangedTo(ConversationStatus.Unspecified, first));
        var details = new ConversationDetails { Subject = request.Subject };
        details.Attributes.Add(request.Attributes);
        var data = new ConversationSummary
        {
            Priority = request.Priority == Priority.Unspecified ? Priority.Normal : request.Priority,
            Language = request.Language.Length > 0 ? request.Language : command.Language,
        };
        data.Tags.AddRange(request.Tags.Distinct());
        return new ConversationChange(author, events) { Content = request.Content, Details = details, Data = data };
    }

    /// <summary>Appends a customer's message from a channel, starting the conversation when it does not exist.</summary>
    public static Decision<ConversationChange> Receive(ConversationState state, ReceiveMessageCommand command)
    {
        if (command.OnlyReplay) return Rejections.Of(RejectionKind.NotFound, "NOT_REPLAYED", "The message is not here.");
        if (state.Status == ConversationStatus.Closed) return Rejections.ConversationClosed();
        if (state.Exists && state.Summary.Customer != command.Customer) return Rejections.ConversationNotFound();
        var request = command.Request;
        var author = new Author { Type = AuthorType.Customer, Name = CustomerId.Of(command.Customer).Name };
        var events = new List<ConversationEvent>(3);
        var change = new ConversationChange(author, events) { Content = request.Content };
        if (!state.Exists)
        {
            events.Add(Started(command.Customer, request.Channel, command.Predecessor));
            change = change with
            {
                Details = new ConversationDetails { Subject = request.Subject },
                Data = new ConversationSummary
                {
                    Priority = Priority.Normal,
                    Language = request.Language.Length > 0 ? request.Language : command.Language,
                },
            };
        }

        events.Add(MessageAdded(MessageKind.Message));
        AddStatus(events, state, ConversationStatus.Open);
        return change;
    }

    /// <summary>Adds a message of the customer or the shop.</summary>
    public static Decision<ConversationChange> Send(ConversationState state, SendMessageRequest request, Caller caller)
    {
        if (Closed(state) is { } rejection) return rejection;
        var author = AuthorOf(request.AuthorType, caller, state.Summary.Customer, AuthorType.Bot);
        var events = new List<ConversationEvent>(2) { MessageAdded(MessageKind.Message) };
        if (author.Type == AuthorType.Customer) AddStatus(events, state, ConversationStatus.Open);
        // A word after "resolved" (a greeting, a survey) does not make the customer owe an answer.
        else if (!request.KeepsStatus && state.Status != ConversationStatus.Resolved) AddStatus(events, state, ConversationStatus.Pending);
        return new ConversationChange(author, events) { Content = request.Content };
    }

    /// <summary>Adds an internal note.</summary>
    public static Decision<ConversationChange> AddNote(ConversationState state, AddNoteRequest request, Caller caller)
    {
        if (Closed(state) is { } rejection) return rejection;
        var note = MessageAdded(MessageKind.Note);
        note.MessageAdded.Mentions.AddRange(request.Mentions.Distinct());
        return new ConversationChange(Authors.Of(caller), [note]) { Content = request.Content };
    }

    /// <summary>Gives the conversation to an agent, whoever had it.</summary>
    public static Decision<ConversationChange> Assign(ConversationState state, AssignConversationRequest request, Caller caller)
    {
        if ((Closed(state) ?? EtagFault(state, request.Etag)) is { } rejection) return rejection;
        var agent = AgentId.Parse(request.Agent).Value;
        return new ConversationChange(Authors.Of(caller), agent == state.Summary.Assignee ? [] : [Assigned(state, agent)]);
    }

    /// <summary>Hands the conversation to another agent, with a note.</summary>
    public static Decision<ConversationChange> Transfer(ConversationState state, TransferConversationRequest request, Caller caller)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        var agent = AgentId.Parse(request.Agent).Value;
        if (agent == state.Summary.Assignee) return Rejections.AlreadyAssigned(request.Agent);
        var events = new List<ConversationEvent>(2);
        if (request.Note.Length > 0) events.Add(MessageAdded(MessageKind.Note));
        events.Add(Assigned(state, agent));
        return new ConversationChange(Authors.Of(caller), events)
        {
            Content = request.Note.Length > 0 ? new Content { Text = request.Note } : null,
        };
    }

    /// <summary>Gives the conversation back.</summary>
    public static Decision<ConversationChange> Release(ConversationState state, Caller caller)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        if (state.Summary.Assignee.Length == 0) return Rejections.NotAssigned();
        return new ConversationChange(Authors.Of(caller), [Assigned(state, "")]);
    }

    /// <summary>Sets the conversation aside until an instant.</summary>
    public static Decision<ConversationChange> Snooze(
        ConversationState state, SnoozeConversationRequest request, Caller caller, DateTimeOffset now)
    {
        if (Allowed(state, ConversationStatus.Open, ConversationStatus.Pending, ConversationStatus.Snoozed) is { } rejection) return rejection;
        var until = request.UntilTime.ToDateTimeOffset();
        if (until <= now || until > now.AddDays(366))
            return Rejections.Invalid("until_time", "OUT_OF_RANGE", "Later than now, at most 366 days ahead.");
        return new ConversationChange(Authors.Of(caller), [ChangedTo(state.Status, ConversationStatus.Snoozed, null, until)]);
    }

    /// <summary>Declares the conversation done; it closes by itself after a time.</summary>
    public static Decision<ConversationChange> Resolve(ConversationState state, Caller caller, DateTimeOffset closeAt)
    {
        if (Allowed(state, ConversationStatus.Open, ConversationStatus.Pending, ConversationStatus.Snoozed) is { } rejection) return rejection;
        return new ConversationChange(Authors.Of(caller), [ChangedTo(state.Status, ConversationStatus.Resolved, null, closeAt)]);
    }

    /// <summary>Opens the conversation.</summary>
    public static Decision<ConversationChange> Reopen(ConversationState state, Caller caller)
    {
        if (Allowed(state, ConversationStatus.Pending, ConversationStatus.Snoozed, ConversationStatus.Resolved) is { } rejection) return rejection;
        return new ConversationChange(Authors.Of(caller), [ChangedTo(state.Status, ConversationStatus.Open)]);
    }

    /// <summary>Closes the conversation for good.</summary>
    public static Decision<ConversationChange> Close(ConversationState state, Caller caller, DateTimeOffset now)
    {
        if (Closed(state) is { } rejection) return rejection;
        return new ConversationChange(Authors.Of(caller), [ChangedTo(state.Status, ConversationStatus.Closed, now, now)]);
    }

    /// <summary>Changes subject, priority, tags, attributes or language.</summary>
    public static Decision<ConversationChange> Update(ConversationState state, UpdateConversationRequest request, Caller caller)
    {
        var given = request.Conversation;
        if ((Closed(state) ?? EtagFault(state, given.Etag)) is { } rejection) return rejection;
        var details = state.Details.Clone();
        var data = new ConversationSummary { Priority = state.Summary.Priority, Language = state.Summary.Language };
        data.Tags.AddRange(state.Summary.Tags);
        foreach (var path in request.UpdateMask.Paths)
        {
            switch (path)
            {
                case "subject": details.Subject = given.Subject; break;
                case "priority": data.Priority = given.Priority == Priority.Unspecified ? Priority.Normal : given.Priority; break;
                case "language": data.Language = given.Language; break;
                case "tags":
                    data.Tags.Clear();
                    data.Tags.AddRange(given.Tags.Distinct());
                    break;
                default:
                    if (!AttributeMask.Apply(path, given.Attributes, details.Attributes))
                        return Rejections.Invalid("update_mask", "UNKNOWN_PATH", "The mask names something that cannot be changed.");
                    break;
            }
        }

        if (details.Attributes.Count > AttributeMask.AttributesMax)
            return Rejections.Invalid("conversation.attributes", "TOO_MANY", $"At most {AttributeMask.AttributesMax} attributes.");
        var changed = new ConversationEvent { DataChanged = new DataChanged() };
        changed.DataChanged.Paths.AddRange(request.UpdateMask.Paths);
        return new ConversationChange(Authors.Of(caller), [changed]) { Details = details, Data = data };
    }

    /// <summary>Someone has read up to a version.</summary>
    public static Decision<ConversationChange> MarkRead(ConversationState state, MarkReadRequest request, Caller caller)
    {
        if (Closed(state) is { } rejection) return rejection;
        if (request.ReadVersion < 1 || request.ReadVersion > state.Version)
            return Rejections.Invalid("read_version", "OUT_OF_RANGE", $"1 to {state.Version}.");
        var reader = AuthorOf(request.ReaderType, caller, state.Summary.Customer, AuthorType.Customer);
        var known = state.Participants.FirstOrDefault(p => p.Participant_ == reader.Name);
        return new ConversationChange(reader, request.ReadVersion <= (known?.ReadVersion ?? 0)
            ? []
            : [new ConversationEvent { ParticipantRead = new ParticipantRead { Participant = reader.Name, Type = reader.Type, ReadVersion = request.ReadVersion } }]);
    }

    /// <summary>Time has come: a snooze ends, or a resolved conversation closes. What is recorded is the computed instant.</summary>
    public static Decision<ConversationChange> Wake(ConversationState state, DateTimeOffset now)
    {
        if (state.Deadline is not { } deadline || deadline > now)
            return Rejections.Of(RejectionKind.Precondition, "NOT_DUE", "Nothing is due.");
        var next = state.Status == ConversationStatus.Snoozed
            ? ChangedTo(state.Status, ConversationStatus.Open, deadline)
            : ChangedTo(state.Status, ConversationStatus.Closed, deadline, deadline);
        return new ConversationChange(new Author { Type = AuthorType.System }, [next]);
    }

    /// <summary>The customer was erased: the content is gone, the conversation closed.</summary>
    public static Decision<ConversationChange> Erase(ConversationState state, DateTimeOffset now)
    {
        if (!state.Exists) return Rejections.ConversationNotFound();
        var events = new List<ConversationEvent>();
        if (state.Status != ConversationStatus.Closed) events.Add(ChangedTo(state.Status, ConversationStatus.Closed, now, now));
        events.Add(new ConversationEvent { Erased = new ConversationErased() });
        return new ConversationChange(new Author { Type = AuthorType.System }, events);
    }
}
