using Engine.V1;

namespace Engine.LoadTests.Replay;

/// <summary>
/// Compares what was acknowledged with what is read back, turn by turn.
/// </summary>
/// <remarks>
/// Comparing texts at equal places would call everything after one missing message altered, and two customers who both say
/// "thanks" could stand in for each other. The engine names every message it acknowledges, so a turn is looked for under
/// its name: not there is lost; there with another author, kind or content is a mismatch; there a second time, or an
/// unacknowledged message that says what a turn already said, is duplicated; anything else nobody sent is a mismatch.
/// What was found must also stand in the order it was sent: every turn outside the longest run that is in order is a
/// mismatch.
/// </remarks>
internal static class TurnComparison
{
    public static TurnDifferences Compare(IReadOnlyList<SentTurn> sent, IReadOnlyList<Message> read)
    {
        var differences = new TurnDifferences();
        var placeByName = new Dictionary<string, int>(StringComparer.Ordinal);
        var doubtful = new List<SentTurn>();
        for (var i = 0; i < sent.Count; i++)
        {
            if (sent[i].MessageName is not { } name)
            {
                doubtful.Add(sent[i]);
            }
            else if (!placeByName.TryAdd(name, i))
            {
                // Two different turns were acknowledged as one and the same message: one of them is nowhere.
                differences.Lost++;
                differences.Tell($"two turns were acknowledged as {name}");
            }
        }

        var found = new HashSet<string>(StringComparer.Ordinal);
        var order = new List<int>();
        long version = 0;
        foreach (var message in read)
        {
            if (message.Version <= version)
            {
                differences.Mismatches++;
                differences.Tell($"{message.Name} has version {message.Version} after {version}");
            }

            version = Math.Max(version, message.Version);
            if (placeByName.TryGetValue(message.Name, out var place))
                CompareFound(sent[place], place, message, found, order, differences);
            else
                CompareUnknown(sent, message, doubtful, differences);
        }

        foreach (var (name, _) in placeByName)
        {
            if (found.Contains(name)) continue;
            differences.Lost++;
            differences.Tell($"{name} is not there");
        }

        var outOfOrder = order.Count - LongestRunInOrder(order);
        if (outOfOrder > 0)
        {
            differences.Mismatches += outOfOrder;
            differences.Tell($"{outOfOrder} turns are out of order");
        }

        return differences;
    }

    private static void CompareFound(
        SentTurn turn, int place, Message message, HashSet<string> found, List<int> order, TurnDifferences differences)
    {
        if (!found.Add(message.Name))
        {
            differences.Duplicated++;
            differences.Tell($"{message.Name} is there twice");
            return;
        }

        order.Add(place);
        if (Says(message, turn)) return;
        differences.Mismatches++;
        differences.Tell($"{message.Name} differs from what was sent");
    }

    private static void CompareUnknown(
        IReadOnlyList<SentTurn> sent, Message message, List<SentTurn> doubtful, TurnDifferences differences)
    {
        if (doubtful.Find(turn => Says(message, turn)) is { } answered)
        {
            doubtful.Remove(answered);
        }
        else if (sent.Any(turn => Says(message, turn)))
        {
            differences.Duplicated++;
            differences.Tell($"{message.Name} repeats a turn");
        }
        else
        {
            differences.Mismatches++;
            differences.Tell($"{message.Name} was not sent");
        }
    }

    private static bool Says(Message message, SentTurn turn) =>
        message.Kind == turn.Kind && turn.Author.Equals(message.Author) && turn.Content.Equals(message.Content);

    /// <summary>Length of the longest ascending subsequence.</summary>
    private static int LongestRunInOrder(List<int> places)
    {
        var ends = new List<int>();
        foreach (var place in places)
        {
            var at = ends.BinarySearch(place);
            if (at < 0) at = ~at;
            if (at == ends.Count) ends.Add(place);
            else ends[at] = place;
        }

        return ends.Count;
    }
}
