namespace Engine.Grains.Tests.Sla;

/// <summary>
/// Promises and what becomes of them, worked out by hand: a heading, the hours and promises, then what happens line by line
/// in local time. Lines with <c>=</c> are the notices that must come, and no others.
/// </summary>
internal static partial class SlaExamples
{
    public static Dictionary<string, string> All =>
        Hours.Concat(DaylightSaving).Concat(Answers).Concat(Changes).ToDictionary(example => example.Key, example => example.Value);
}
