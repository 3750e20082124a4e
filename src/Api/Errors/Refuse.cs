using Engine.Internal.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.Api.Errors;

/// <summary>The refusals of the edge itself, ready to be thrown.</summary>
internal static class Refuse
{
    public static RejectedException Because(Rejection rejection) => new(rejection);

    public static RejectedException NotFound(string reason, string text) =>
        new(new Rejection { Kind = RejectionKind.NotFound, Reason = reason, Text = text });

    public static RejectedException Precondition(string reason, string text, params ReadOnlySpan<(string Key, string Value)> evidence) =>
        new(With(new Rejection { Kind = RejectionKind.Precondition, Reason = reason, Text = text }, evidence));

    /// <summary>Never tells which part of a key was wrong.</summary>
    public static RejectedException Unauthenticated(string reason, string text) =>
        new(new Rejection { Reason = reason, Text = text }, StatusCode.Unauthenticated);

    public static RejectedException Forbidden(string reason, string text, params ReadOnlySpan<(string Key, string Value)> evidence) =>
        new(With(new Rejection { Kind = RejectionKind.Forbidden, Reason = reason, Text = text }, evidence));

    public static RejectedException Exhausted(string text, params ReadOnlySpan<(string Key, string Value)> evidence) =>
        new(With(new Rejection { Kind = RejectionKind.Exhausted, Reason = Reasons.QuotaExceeded, Text = text }, evidence));

    public static RejectedException Unavailable(string reason, string text, int retryAfterMs) =>
        new(new Rejection
        {
            Kind = RejectionKind.Unavailable,
            Reason = reason,
            Text = text,
            RetryAfter = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(retryAfterMs)),
        });

    /// <summary>A field that names what there is not, though it might have been.</summary>
    public static RejectedException Unknown(string reason, string field, string text)
    {
        var rejection = new Rejection { Kind = RejectionKind.Invalid, Reason = reason, Text = $"{field}: {text}" };
        rejection.Metadata.Add("field", field);
        rejection.Fields.Add(new FieldFault { Field = field, Reason = FieldReasons.NotAllowed, Text = text });
        return new RejectedException(rejection);
    }

    /// <summary>A field that is not for this caller, or not together with something else.</summary>
    public static RejectedException NotAllowed(string field, string text) => Unknown(Reasons.InvalidRequest, field, text);


    /// <summary>A token that is a field of the request: the reason says which kind, the fault says where.</summary>
    public static RejectedException Token(string reason, string field, string text)
    {
        var rejection = new Rejection { Kind = RejectionKind.Invalid, Reason = reason, Text = $"{field}: {text}" };
        rejection.Metadata.Add("field", field);
        rejection.Fields.Add(new FieldFault { Field = field, Reason = FieldReasons.InvalidFormat, Text = text });
        return new RejectedException(rejection);
    }

    private static Rejection With(Rejection rejection, ReadOnlySpan<(string Key, string Value)> evidence)
    {
        foreach (var (key, value) in evidence) rejection.Metadata[key] = value;
        return rejection;
    }
}
