using Engine.Grains.Catalogs;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>
/// How customer and shop talk. A live chat or a call holds more of an agent than letters do, so whoever has the conversation
/// in a queue gives it back when it becomes one, and gets it before others once there is room; outside of queues it stays.
/// </summary>
public static partial class ConversationCore
{
    private static readonly TimeSpan LiveIdleUsual = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CallbackAheadMax = TimeSpan.FromDays(31);

    /// <summary>Asks for a call.</summary>
    public static Decision<ConversationChange> RequestCallback(
        ConversationState state, RequestCallbackRequest request, Caller caller, DateTimeOffset now)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        if (!IsPhoneNumber(request.PhoneNumber)) return Rejections.Invalid("phone_number", "INVALID_NUMBER", "'+' and 5 to 15 digits.");
        var start = request.Window?.StartTime?.ToDateTimeOffset() ?? now;
        if (request.Window?.EndTime?.ToDateTimeOffset() is not { } end || end <= now || end <= start || end > now + CallbackAheadMax)
            return Rejections.Invalid("window.end_time", "OUT_OF_RANGE", "Later than now and than start_time, at most 31 days ahead.");
        var window = new CallbackWindow { StartTime = Timestamp.FromDateTimeOffset(start), EndTime = request.Window.EndTime };
        var details = state.Details.Clone();
        details.PhoneNumber = request.PhoneNumber;
        return new ConversationChange(Authors.Of(caller), Raised(state, ConversationMode.Callback, window)) { Details = details };
    }

    /// <summary>The call took place, or will not.</summary>
    public static Decision<ConversationChange> EndCallback(ConversationState state, EndCallbackRequest request, Caller caller)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        if (state.Mode != ConversationMode.Callback) return Rejections.Of(RejectionKind.Precondition, "NO_CALLBACK", "No call was asked for.");
        var reason = request.Done ? ModeChangeReason.Done : ModeChangeReason.Ended;
        return new ConversationChange(Authors.Of(caller), [ModeChanged(state.Mode, ConversationMode.Asynchronous, reason)])
        {
            Details = WithoutNumber(state),
        };
    }

    /// <summary>Makes the conversation LIVE.</summary>
    public static Decision<ConversationChange> StartLive(ConversationState state, Caller caller, WorkspaceCatalog catalog)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        if (state.Mode == ConversationMode.Live)
        {
            return new ConversationChange(
                Authors.Of(caller), state.Status == ConversationStatus.Open ? [] : [ChangedTo(state.Status, ConversationStatus.Open)]);
        }

        return new ConversationChange(Authors.Of(caller), Raised(state, ConversationMode.Live, null))
        {
            Data = new ConversationSummary { LiveIdle = LiveIdle(catalog) },
            Details = WithoutNumber(state),
        };
    }

    /// <summary>Makes a LIVE conversation asynchronous again.</summary>
    public static Decision<ConversationChange> EndLive(ConversationState state, Caller caller)
    {
        if ((Closed(state) ?? NotTheirs(state, caller)) is { } rejection) return rejection;
        return state.Mode != ConversationMode.Live
            ? Rejections.Of(RejectionKind.Precondition, "NOT_LIVE", "The conversation is not live.")
            : new ConversationChange(Authors.Of(caller), [ModeChanged(state.Mode, ConversationMode.Asynchronous, ModeChangeReason.Ended)]);
    }

    private static List<ConversationEvent> Raised(ConversationState state, ConversationMode to, CallbackWindow? window)
    {
        var events = new List<ConversationEvent>(3) { ModeChanged(state.Mode, to, ModeChangeReason.Requested, window) };
        if (state.Summary is { Queue.Length: > 0, Assignee.Length: > 0 }) events.Add(Assigned(state, "", AssigneeChangeReason.ModeChanged));
        AddStatus(events, state, ConversationStatus.Open);
        return events;
    }

    private static ConversationEvent ModeChanged(
        ConversationMode from, ConversationMode to, ModeChangeReason reason, CallbackWindow? window = null) => new()
        {
            ModeChanged = new ModeChanged { From = from, To = to, Reason = reason, Callback = window },
        };

    private static ConversationDetails? WithoutNumber(ConversationState state)
    {
        if (state.Details.PhoneNumber.Length == 0) return null;
        var details = state.Details.Clone();
        details.PhoneNumber = "";
        return details;
    }

    private static Duration LiveIdle(WorkspaceCatalog catalog) => catalog.Routing.LiveIdle ?? Duration.FromTimeSpan(LiveIdleUsual);

    private static bool IsPhoneNumber(string text) =>
        text.Length is >= 6 and <= 16 && text[0] == '+' && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');
}
