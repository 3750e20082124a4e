using Engine.Grains.Catalogs;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>
/// A conversation as a state machine: who owes an answer. A message of the customer makes it OPEN whatever it was, but for
/// CLOSED, which nothing leaves; an answer of the shop makes it PENDING; people set it aside (SNOOZED) or declare it done
/// (RESOLVED); time ends both by itself. A queue that it is in looks for somebody while it is OPEN and nobody's. What follows
/// from all that - promises, what a policy does about them, what the customer is told - is <see cref="ConversationTurn"/>'s. Pure: no clock, no I/O, no chance, so that it can be property-tested and replayed.
/// </summary>
public static partial class ConversationCore
{
    /// <summary>Starts a conversation.</summary>
    public static Decision<ConversationChange> Start(
        ConversationState state, StartConversationCommand command, Caller caller, WorkspaceCatalog? catalog = null)
    {
        var request = command.Request;
        if (state.Exists) return Rejections.RequestIdReused();
        var customer = CustomerId.Parse(request.Customer).Value;
        var data = new ConversationSummary
        {
            Priority = request.Priority == Priority.Unspecified ? Priority.Normal : request.Priority,
            Language = request.Language.Length > 0 ? request.Language : command.Language,
            CustomerTier = command.CustomerTier,
            LastAgent = command.LastAgent,
        };
        data.Tags.AddRange(request.Tags.Distinct());
        if (WantedFault(data, request.RequiredSkills, request.PreferredAgent, "") is { } fault) return fault;
        var rules = catalog ?? WorkspaceCatalog.None;
        var queue = QueueChoice.Choose(rules, request.Queue, command.UsualQueue, request.Channel, data);
        if (queue.IsRejected) return queue.Rejection;

        var author = AuthorOf(request.AuthorType, caller, customer, AuthorType.Customer);
        var predecessor = request.Predecessor.Length > 0 ? ConversationId.Parse(request.Predecessor).Value : "";
        var events = new List<ConversationEvent> { Started(customer, request.Channel, predecessor) };
        if (queue.Change.Length > 0) events.Add(Queued("", queue.Change, QueueChangeReason.Started));
        switch (request.Mode)
        {
            case ConversationMode.Unspecified or ConversationMode.Asynchronous: break;
            case ConversationMode.Live:
                events.Add(ModeChanged(ConversationMode.Asynchronous, ConversationMode.Live, ModeChangeReason.Requested));
                data.LiveIdle = LiveIdle(rules);
                break;
            default: return Rejections.Invalid("mode", "UNKNOWN_VALUE", "ASYNCHRONOUS or LIVE; for a call see RequestCallback.");
        }

        if (request.Content is not null) events.Add(MessageAdded(MessageKind.Message));
        var first = request.Content is not null && author.Type == AuthorType.Customer ? ConversationStatus.Open : ConversationStatus.Pending;
        events.Add(ChangedTo(ConversationStatus.Unspecified, first));
        var details = new ConversationDetails { Subject = request.Subject };
        details.Attributes.Add(request.Attributes);
        return new ConversationChange(author, events) { Content = request.Content, Details = details, Data = data };
    }

    /// <summary>Appends a customer's message from a channel, starting the conversation when it does not exist.</summary>
    public static Decision<ConversationChange> Receive(
        ConversationState state, ReceiveMessageCommand command, WorkspaceCatalog? catalog = null)
    {
        if (command.OnlyReplay) return Rejections.Of(RejectionKind.NotFound, "NOT_REPLAYED", "The message is not here.");
        if (state.Status == ConversationStatus.Closed) return Rejections.ConversationClosed();
        if (state.Exists && state.Summary.Customer != command.Customer) return Rejections.ConversationNotFound();
        var request = command.Request;
        var author = new Author { Type = AuthorType.Customer, Name = CustomerId.Of(command.Customer).Name };
        var events = new List<ConversationEvent>(4);
        var change = new ConversationChange(author, events) { Content = request.Content };
        if (!state.Exists)
        {
            var data = new ConversationSummary
            {
                Priority = Priority.Normal,
                Language = request.Language.Length > 0 ? request.Language : command.Language,
                CustomerTier = command.CustomerTier,
                LastAgent = command.LastAgent,
            };
            if (WantedFault(data, request.RequiredSkills, request.PreferredAgent, "") is { } fault) return fault;
            var queue = QueueChoice.Choose(catalog ?? WorkspaceCatalog.None, request.Queue, command.UsualQueue, request.Channel, data);
            if (queue.IsRejected) return queue.Rejection;
            events.Add(Started(command.Customer, request.Channel, command.Predecessor));
            if (queue.Change.Length > 0) events.Add(Queued("", queue.Change, QueueChangeReason.Started));
            change = change with { Details = new ConversationDetails { Subject = request.Subject }, Data = data };
        }
        else if (state.Summary.CustomerTier != command.CustomerTier)
        {
            events.Add(DataChanged("customer_tier"));
            var data = state.Summary.Clone();
            data.CustomerTier = command.CustomerTier;
            change = change with { Data = data };
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
        var isCustomer = author.Type == AuthorType.Customer;
        var events = new List<ConversationEvent>(2) { MessageAdded(MessageKind.Message, request.KeepsStatus && !isCustomer) };
        if (isCustomer) AddStatus(events, state, ConversationStatus.Open);
        // A word after "resolved" (a greeting, a survey) does not make the customer owe an answer; nor does one before a call.
        else if (!request.KeepsStatus && state.Status != ConversationStatus.Resolved && state.Mode != ConversationMode.Callback)
            AddStatus(events, state, ConversationStatus.Pending);
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
        return Ending(state, Authors.Of(caller), ChangedTo(state.Status, ConversationStatus.Resolved, null, closeAt));
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
        return Ending(state, Authors.Of(caller), ChangedTo(state.Status, ConversationStatus.Closed, now, now));
    }

    /// <summary>Changes subject, priority, tags, attributes, language, or who is to get it.</summary>
    public static Decision<ConversationChange> Update(ConversationState state, UpdateConversationRequest request, Caller caller)
    {
        var given = request.Conversation;
        if ((Closed(state) ?? EtagFault(state, given.Etag)) is { } rejection) return rejection;
        var details = state.Details.Clone();
        var data = state.Summary.Clone();
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
                case "required_skills":
                    data.RequiredSkills.Clear();
                    if (WantedFault(data, given.RequiredSkills, null, "conversation.") is { } unskilled) return unskilled;
                    break;
                case "preferred_agent":
                    if (WantedFault(data, [], given.PreferredAgent, "conversation.") is { } unknown) return unknown;
                    break;
                default:
                    if (!AttributeMask.Apply(path, given.Attributes, details.Attributes))
                        return Rejections.Invalid("update_mask", "UNKNOWN_PATH", "The mask names something that cannot be changed.");
                    break;
            }
        }

        if (details.Attributes.Count > AttributeMask.AttributesMax)
            return Rejections.Invalid("conversation.attributes", "TOO_MANY", $"At most {AttributeMask.AttributesMax} attributes.");
        var changed = DataChanged();
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

    /// <summary>
    /// Time has come: the earliest of what happens by itself. What is recorded is the computed instant; what else is due is for
    /// the next commit, so that each is seen in its order.
    /// </summary>
    public static Decision<ConversationChange> Wake(ConversationState state, DateTimeOffset now)
    {
        if (state.Deadline is not { } deadline || deadline > now) return NotDue();
        var author = new Author { Type = AuthorType.System };
        // A promise that is due is told by whatever is committed: here by nothing else.
        if (state.NextChange is not { } change || change > now) return new ConversationChange(author, []);
        if (change == state.UntilTime)
        {
            return state.Status == ConversationStatus.Snoozed
                ? new ConversationChange(author, [ChangedTo(state.Status, ConversationStatus.Open, change)])
                : Ending(state, author, ChangedTo(state.Status, ConversationStatus.Closed, change, change));
        }

        if (change == state.IdleTime)
            return new ConversationChange(author, [ModeChanged(state.Mode, ConversationMode.Asynchronous, ModeChangeReason.Idle)]);
        var missed = new List<ConversationEvent> { ModeChanged(state.Mode, ConversationMode.Asynchronous, ModeChangeReason.Missed) };
        if (state.Status != ConversationStatus.Open) missed.Add(ChangedTo(state.Status, ConversationStatus.Open, change));
        return new ConversationChange(author, missed) { Details = WithoutNumber(state) };
    }

    /// <summary>Nothing happens but that what follows from rules and time is worked out anew.</summary>
    public static Decision<ConversationChange> Review(ConversationState state) => state.Exists
        ? new ConversationChange(new Author { Type = AuthorType.System }, [])
        : Rejections.ConversationNotFound();

    /// <summary>The customer was erased: the content is gone, the conversation closed.</summary>
    public static Decision<ConversationChange> Erase(ConversationState state, DateTimeOffset now)
    {
        if (!state.Exists) return Rejections.ConversationNotFound();
        var author = new Author { Type = AuthorType.System };
        var events = state.Status == ConversationStatus.Closed
            ? []
            : Ending(state, author, ChangedTo(state.Status, ConversationStatus.Closed, now, now)).Events;
        return new ConversationChange(author, [.. events, new ConversationEvent { Erased = new ConversationErased() }]);
    }

    internal static Rejection NotDue() => Rejections.Of(RejectionKind.Precondition, "NOT_DUE", "Nothing is due.");

    /// <summary>Resolved or closed: whatever way it was talked in ends too.</summary>
    private static ConversationChange Ending(ConversationState state, Author author, ConversationEvent ended) =>
        state.Mode == ConversationMode.Asynchronous
            ? new ConversationChange(author, [ended])
            : new ConversationChange(author, [ended, ModeChanged(state.Mode, ConversationMode.Asynchronous, ModeChangeReason.Ended)])
            {
                Details = WithoutNumber(state),
            };
}
