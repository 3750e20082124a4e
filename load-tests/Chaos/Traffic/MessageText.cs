using System.Globalization;

namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>What a message of a run says: the number of the operation that wrote it, and words.</summary>
internal static class MessageText
{
    private const string Words = ": Where is my order? I have been waiting for it since Tuesday, and nobody tells me anything.";

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{number}{Words}");

    /// <returns>The number; −1 for a text that no operation of a run wrote.</returns>
    public static long NumberOf(string text)
    {
        var end = text.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && long.TryParse(text.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }
}
