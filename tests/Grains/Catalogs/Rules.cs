using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Catalogs;

/// <summary>Policies, calendars and queues as tests want them.</summary>
internal static class Rules
{
    public static SlaPolicy Policy(string calendar = "", int rank = 0, string queue = "", int minutes = 60)
    {
        var policy = new SlaPolicy
        {
            Rank = rank,
            Calendar = calendar,
            Targets = { new SlaTarget { Metric = SlaMetric.FirstResponse, Target = Duration.FromTimeSpan(TimeSpan.FromMinutes(minutes)) } },
        };
        if (queue.Length > 0) policy.Match = new SlaMatch { Queues = { queue } };
        return policy;
    }

    public static Calendar Calendar(string zone = "Europe/Lisbon", string end = "17:00") => new()
    {
        TimeZone = zone,
        WeeklyHours = { new WeeklyHours { Days = { Weekday.Monday, Weekday.Friday }, StartTime = "09:00", EndTime = end } },
    };

    public static CreateSlaPolicyRequest CreatePolicy(string id, SlaPolicy? policy = null, string request = "") =>
        new() { RequestId = request.Length > 0 ? request : $"create-{id}", SlaPolicyId = id, SlaPolicy = policy ?? Policy() };

    public static CreateCalendarRequest CreateCalendar(string id, Calendar? calendar = null) =>
        new() { RequestId = $"create-{id}", CalendarId = id, Calendar = calendar ?? Calendar() };

    public static CreateQueueRequest CreateQueue(string id, Queue? queue = null) =>
        new() { RequestId = $"create-{id}", QueueId = id, Queue = queue };

    public static FieldMask Mask(params string[] paths) => new() { Paths = { paths } };
}
