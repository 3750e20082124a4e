using Engine.V1;

namespace Engine.Api.Validation;

/// <summary>Requests of EventService. Positions are checked where they are read.</summary>
internal static class EventRules
{
    public static void Check(WatchEventsRequest request)
    {
        var check = new Checker();
        check.Text("consumer", request.Consumer).Word();
        check.ThrowIfFaulty();
    }

    public static void Check(AcknowledgeEventsRequest request)
    {
        var check = new Checker();
        check.Text("consumer", request.Consumer).Required().Word();
        check.Text("position", request.Position).Required();
        check.ThrowIfFaulty();
    }

    public static void Check(DeleteConsumerRequest request)
    {
        var check = new Checker();
        check.Text("name", request.Name).Required().Word();
        check.ThrowIfFaulty();
    }
}
