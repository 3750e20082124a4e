using Engine.Api.Errors;
using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>Requests of ConversationService about calls, live chat and what people are doing just now.</summary>
/// <remarks>What depends on the clock is the conversation's to check; see <see cref="ConversationRules"/>.</remarks>
internal static class ModeRules
{
    public static void Check(RequestCallbackRequest request)
    {
        var check = new Checker();
        check.RequestId(request.RequestId);
        check.Text("name", request.Name).Required().Conversation();
        check.Text("phone_number", request.PhoneNumber).Required().PhoneNumber();
        if (check.Given("window", request.Window))
        {
            check.Enter("window");
            check.Time("start_time", request.Window.StartTime);
            check.Time("end_time", request.Window.EndTime, required: true);
            if (request.Window is { StartTime: { } start, EndTime: { } end } && end <= start)
                check.Fault("end_time", FieldReasons.OutOfRange, "must be later than start_time");
            check.Leave();
        }

        check.ThrowIfFaulty();
    }

    public static void Check(GetCallbackRequest request)
    {
        var check = new Checker();
        check.Text("name", request.Name).Required().Conversation();
        check.ThrowIfFaulty();
    }

    public static void Check(EndCallbackRequest request) => CheckVerb(request.RequestId, request.Name);

    public static void Check(StartLiveRequest request) => CheckVerb(request.RequestId, request.Name);

    public static void Check(EndLiveRequest request) => CheckVerb(request.RequestId, request.Name);

    public static void Check(SignalActivityRequest request)
    {
        var check = new Checker();
        check.Text("conversation", request.Conversation).Required().Conversation();
        check.Enum("kind", (int)request.Kind, (int)ActivityKind.Left, required: true);
        check.Author("author_type", request.AuthorType);
        check.ThrowIfFaulty();
    }

    public static void Check(WatchActivityRequest request)
    {
        var check = new Checker();
        check.Text("conversation", request.Conversation).Required().Conversation();
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
