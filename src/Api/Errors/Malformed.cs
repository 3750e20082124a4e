using System.Globalization;
using System.Text.RegularExpressions;
using Engine.Internal.V1;
using Grpc.Core;

namespace Engine.Api.Errors;

/// <summary>What gRPC itself refuses, before or between the messages that methods see, and how we say it.</summary>
internal static partial class Malformed
{
    /// <param name="code">What gRPC answers with.</param>
    /// <param name="detail">What it says.</param>
    /// <param name="isKnownMethod">Whether there is such a method.</param>
    /// <returns>Null for what is no fault of the request.</returns>
    public static (StatusCode Code, Rejection Rejection)? Explain(StatusCode code, string detail, bool isKnownMethod, int messageBytesMax)
    {
        switch (code)
        {
            case StatusCode.ResourceExhausted:
                var tooLarge = Of(Reasons.MessageTooLarge, "The message is larger than the server takes.");
                tooLarge.Metadata.Add("limit", "message_bytes");
                tooLarge.Metadata.Add("maximum", messageBytesMax.ToString(CultureInfo.InvariantCulture));
                return (code, tooLarge);
            case StatusCode.Unimplemented when isKnownMethod:
                return (code, Of(Reasons.EncodingUnsupported, "The message's encoding is not supported."));
            case StatusCode.Unimplemented:
                return (code, Of(Reasons.MethodUnknown, "There is no such method."));
            case StatusCode.Unknown or StatusCode.Internal or StatusCode.InvalidArgument:
                return (StatusCode.InvalidArgument, Unparsable(detail));
            default:
                return null;
        }
    }

    private static Rejection Unparsable(string detail)
    {
        // Which field it was is known only to whoever read the bytes, and told only in words.
        if (BadText().Match(detail) is not { Success: true } bad)
            return Of(Reasons.MessageUnparsable, "The bytes sent are not a message of the method's request type.");
        var field = bad.Groups[1].Value;
        var rejection = Of(Reasons.MessageUnparsable, $"{field}: is not valid UTF-8");
        rejection.Metadata.Add("field", field);
        rejection.Fields.Add(new FieldFault { Field = field, Reason = FieldReasons.InvalidFormat, Text = "is not valid UTF-8" });
        return rejection;
    }

    private static Rejection Of(string reason, string text) => new() { Kind = RejectionKind.Invalid, Reason = reason, Text = text };

    [GeneratedRegex(@"^Field '([a-z0-9_.\[\]]{1,256})' is not valid UTF-8")]
    private static partial Regex BadText();
}
