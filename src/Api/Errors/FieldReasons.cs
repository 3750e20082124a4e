namespace Engine.Api.Errors;

/// <summary>What is wrong with a field: <c>BadRequest.FieldViolation.reason</c>. Stable.</summary>
public static class FieldReasons
{
    /// <summary>Missing or empty.</summary>
    public const string Required = "REQUIRED";

    /// <summary>More bytes than allowed.</summary>
    public const string TooLong = "TOO_LONG";

    /// <summary>More entries than allowed.</summary>
    public const string TooMany = "TOO_MANY";

    /// <summary>Not written as it has to be: a name, tag, URL, language, token.</summary>
    public const string InvalidFormat = "INVALID_FORMAT";

    /// <summary>A number, instant, duration or enum value outside of what there is.</summary>
    public const string OutOfRange = "OUT_OF_RANGE";

    /// <summary>A value that exists but is not for this field, or not together with another field.</summary>
    public const string NotAllowed = "NOT_ALLOWED";

    /// <summary>The same entry twice.</summary>
    public const string Duplicate = "DUPLICATE";

    /// <summary>A path in a field mask that cannot be updated or does not exist.</summary>
    public const string UnknownPath = "UNKNOWN_PATH";
}
