using System.Globalization;
using Engine.Internal.V1;

namespace Engine.Grains.Catalogs;

/// <summary>The refusals of the catalog.</summary>
internal static class CatalogRejections
{
    public static Rejection PolicyNotFound() => Rejections.Of(RejectionKind.NotFound, "SLA_POLICY_NOT_FOUND", "There is no such policy.");

    public static Rejection CalendarNotFound() => Rejections.Of(RejectionKind.NotFound, "CALENDAR_NOT_FOUND", "There is no such calendar.");

    public static Rejection QueueNotFound() => Rejections.Of(RejectionKind.NotFound, "QUEUE_NOT_FOUND", "There is no such queue.");

    public static Rejection Exists(string reason, string what) => Rejections.Of(RejectionKind.Exists, reason, $"There is a {what} of this id.");

    public static Rejection UnknownCalendar(string field) => Unknown("UNKNOWN_CALENDAR", field, "there is no such calendar");

    public static Rejection UnknownQueue(string field) => Unknown("UNKNOWN_QUEUE", field, "there is no such queue");

    /// <param name="resource">The policy, queue or settings that name it.</param>
    public static Rejection CalendarInUse(string resource) => Rejections.Of(
        RejectionKind.Precondition, "CALENDAR_IN_USE", $"{resource} counts by this calendar.").With("resource", resource);

    public static Rejection Quota(string limit, long maximum) => Rejections.Of(
        RejectionKind.Exhausted, "QUOTA_EXCEEDED", "The workspace has as many as it may.")
        .With("limit", limit).With("maximum", maximum.ToString(CultureInfo.InvariantCulture));

    /// <summary>A refusal of a part, told as of the request that holds it.</summary>
    public static Rejection Within(this Rejection rejection, string field)
    {
        foreach (var fault in rejection.Fields) fault.Field = $"{field}.{fault.Field}";
        if (rejection.Fields.Count > 0) rejection.With("field", rejection.Fields[0].Field);
        return rejection;
    }

    private static Rejection Unknown(string reason, string field, string text) =>
        Rejections.Of(RejectionKind.Invalid, reason, $"{field}: {text}").With("field", field).At(field, "NOT_ALLOWED", text);
}
