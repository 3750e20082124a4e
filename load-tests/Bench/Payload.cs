namespace Engine.LoadTests.Bench;

/// <summary>What every measured call carries.</summary>
internal static class Payload
{
    public const int SizeBytes = 200;

    /// <summary>A customer's message of ASCII, so that characters are bytes.</summary>
    public static string Text { get; } = string.Concat(Enumerable.Repeat(
        "Where is my order? I have been waiting for it since Tuesday. ", 4))[..SizeBytes];
}
