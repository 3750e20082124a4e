using Engine.Api.Errors;
using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>Requests of ConversationService.</summary>
/// <remarks>
/// What depends on the clock (a snooze later than now) is not checked here: a repeated call must get its first answer
/// even when the instant has passed meanwhile, and only the conversation knows what it answered.
/// </remarks>
internal static class ConversationRules
{
    private const int SubjectBytesMax = 998;
    private const int MentionsMax = 20;

    private static readonly string[] UpdatePaths = ["subject", "priority", "tags", "attributes", "language", "required_skills", "preferred_agent"];

    public static void Check(StartConversationRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("customer", request.Customer).Required().Customer();
        check.Text("channel", request.Channel).Required().Channel();
        check.Subject(request.Subject);
        check.Priority(request.Priority);
        check.Tags(request.Tags);
        check.Attributes(request.Attributes);
        check.Text("language", request.Language).Language();
        check.Content("content", request.Content, required: false);
        check.Author("author_type", request.AuthorType);
        check.Text("predecessor", request.Predecessor).Conversation();
        check.Text("queue", request.Queue).Queue();
        if (request.Mode == ConversationMode.Callback)
            check.Fault("mode", FieldReasons.NotAllowed, "can be ASYNCHRONOUS or LIVE; for a call see RequestCallback");
        else
            check.Enum("mode", (int)request.Mode, (int)ConversationMode.Callback);
        check.RequiredSkills(request.RequiredSkills);
        check.Text("preferred_agent", request.PreferredAgent).Agent();
        check.ThrowIfFaulty();
    }

    public static void Check(GetConversationRequest request) => CheckName(request.Name);

    public static void Check(ListConversationsRequest request)
    {
        var check = new Checker();
        if (request.Filter is { } filter)
        {
            check.Enter("filter");
            check.Text("customer", filter.Customer).Customer();
            check.Text("assignee", filter.Assignee).Agent();
            if (filter.Unassigned && filter.Assignee.Length > 0)
                check.Fault("unassigned", FieldReasons.NotAllowed, "cannot stand together with assignee");
            for (var i = 0; i < filter.Statuses.Count; i++)
                check.Enum("statuses", (int)filter.Statuses[i], (int)ConversationStatus.Closed, required: true, index: i);
            check.Text("tag", filter.Tag).Label();
            check.Text("channel", filter.Channel).Channel();
            check.Time("update_time_from", filter.UpdateTimeFrom);
            check.Time("update_time_to", filter.UpdateTimeTo);
            check.Text("queue", filter.Queue).Queue();
            check.Leave();
        }

        check.PageSize(request.PageSize);
        check.ThrowIfFaulty();
    }

    public static void Check(SendMessageRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("conversation", request.Conversation).Required().Conversation();
        check.Content("content", request.Content, required: true);
        check.Author("author_type", request.AuthorType);
        if (request.KeepsStatus && request.AuthorType == AuthorType.Customer)
            check.Fault("keeps_status", FieldReasons.NotAllowed, "is not for a customer's message");
        check.ThrowIfFaulty();
    }

    public static void Check(AddNoteRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("conversation", request.Conversation).Required().Conversation();
        check.Content("content", request.Content, required: true);
        check.Count("mentions", request.Mentions.Count, 0, MentionsMax);
        for (var i = 0; i < Math.Min(request.Mentions.Count, MentionsMax); i++)
            check.Text("mentions", request.Mentions[i], i).Required().Agent();
        check.ThrowIfFaulty();
    }

    public static void Check(ListMessagesRequest request)
    {
        var check = new Checker();
        check.Text("conversation", request.Conversation).Required().Conversation();
        check.PageSize(request.PageSize);
        check.Enum("order", (int)request.Order, (int)SortOrder.Descending);
        check.ThrowIfFaulty();
    }

    public static void Check(AssignConversationRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Conversation();
        check.Text("agent", request.Agent).Required().Agent();
        check.ThrowIfFaulty();
    }

    public static void Check(TransferConversationRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Conversation();
        check.Text("agent", request.Agent).Agent();
        check.Text("queue", request.Queue).Queue();
        if (request.Agent.Length == 0 && request.Queue.Length == 0)
            check.Fault("agent", FieldReasons.Required, "must be given, or queue");
        else if (request.Agent.Length > 0 && request.Queue.Length > 0)
            check.Fault("queue", FieldReasons.NotAllowed, "cannot stand together with agent");
        if (request.IgnoreCapacity && request.Agent.Length == 0)
            check.Fault("ignore_capacity", FieldReasons.NotAllowed, "is for an agent only");
        check.Text("note", request.Note).AtMost(ContentRules.TextBytesMax);
        check.ThrowIfFaulty();
    }

    public static void Check(ReleaseConversationRequest request) => CheckVerb(request.RequestId, request.Name);

    public static void Check(SnoozeConversationRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Conversation();
        check.Time("until_time", request.UntilTime, required: true);
        check.ThrowIfFaulty();
    }

    public static void Check(ResolveConversationRequest request) => CheckVerb(request.RequestId, request.Name);

    public static void Check(ReopenConversationRequest request) => CheckVerb(request.RequestId, request.Name);

    public static void Check(CloseConversationRequest request) => CheckVerb(request.RequestId, request.Name);

    /// <summary>Values that the mask does not name are ignored, right or wrong.</summary>
    public static void Check(UpdateConversationRequest request)
    {
        var check = new Checker();
        var mask = request.UpdateMask;
        check.RequestId(request.RequestId);
        if (check.Given("conversation", request.Conversation))
        {
            var conversation = request.Conversation;
            check.Enter("conversation");
            check.Text("name", conversation.Name).Required().Conversation();
            if (mask.Names("subject")) check.Subject(conversation.Subject);
            if (mask.Names("priority")) check.Priority(conversation.Priority);
            if (mask.Names("tags")) check.Tags(conversation.Tags);
            if (mask.Names("attributes")) check.Attributes(conversation.Attributes);
            if (mask.Names("language")) check.Text("language", conversation.Language).Language();
            if (mask.Names("required_skills")) check.RequiredSkills(conversation.RequiredSkills);
            if (mask.Names("preferred_agent")) check.Text("preferred_agent", conversation.PreferredAgent).Agent();
            check.Leave();
        }

        check.Mask(mask, UpdatePaths);
        check.ThrowIfFaulty();
    }

    public static void Check(MarkReadRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Conversation();
        check.Version("read_version", request.ReadVersion, min: 1);
        check.Author("reader_type", request.ReaderType);
        check.ThrowIfFaulty();
    }

    public static void Check(WatchConversationRequest request)
    {
        var check = new Checker();
        check.Text("name", request.Name).Required().Conversation();
        check.Version("after_version", request.AfterVersion, min: 0);
        check.ThrowIfFaulty();
    }

    public static void Subject(this ref Checker check, string value) => check.Text("subject", value).AtMost(SubjectBytesMax);

    private static void Priority(this ref Checker check, Priority value) => check.Enum("priority", (int)value, (int)V1.Priority.Urgent);

    private static void CheckName(string name)
    {
        var check = new Checker();
        check.Text("name", name).Required().Conversation();
        check.ThrowIfFaulty();
    }

    private static void CheckVerb(string requestId, string name)
    {
        var check = new Checker();
        check.RequestId(requestId);
        check.Text("name", name).Required().Conversation();
        check.ThrowIfFaulty();
    }
}
