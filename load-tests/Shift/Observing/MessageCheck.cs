using System.Globalization;
using Engine.LoadTests.Chaos.Traffic;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>Whether every message that was acknowledged stands in the history once, and nothing that was never sent.</summary>
internal static class MessageCheck
{
    /// <param name="sent">By number: acknowledged, or in doubt, which may be there once or not at all.</param>
    /// <param name="found">The texts found, with where.</param>
    public static (Findings Lost, Findings Doubled) Check(
        IReadOnlyCollection<SentMessage> sent, IEnumerable<(string Conversation, string Text)> found)
    {
        var (lost, doubled) = (new Findings(), new Findings());
        var seen = new Dictionary<long, List<string>>();
        foreach (var (conversation, text) in found)
        {
            // What no caller of this run wrote carries no number.
            if (MessageText.NumberOf(text) is var number && number < 0) continue;
            if (!seen.TryGetValue(number, out var places)) seen[number] = places = [];
            places.Add(conversation);
        }

        foreach (var message in sent)
        {
            var places = seen.GetValueOrDefault(message.Number) ?? [];
            if (places.Count == 0 && message.Acknowledged) lost.Add(Tell(message, "is nowhere"));
            else if (places.Count == 1 && message.Conversation is { } told && places[0] != told) lost.Add(Tell(message, $"is in {places[0]} instead"));
            if (places.Count > 1) doubled.Add(Tell(message, $"is in {string.Join(", ", places)}"));
            seen.Remove(message.Number);
        }

        foreach (var (number, places) in seen)
            doubled.Add(string.Create(CultureInfo.InvariantCulture, $"message {number} in {places[0]} was never sent"));
        return (lost, doubled);
    }

    private static string Tell(SentMessage message, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"message {message.Number} to {message.Conversation ?? "a conversation"} {what}");
}
