namespace Engine.Grains.Routing;

/// <summary>
/// Which differences are faults. Whoever compares two things that follow the journal, each in its own time, sees differences all
/// the time: one has heard of a commit and the other has not yet. Only what stands unchanged, look after look, for longer than
/// anybody needs to hear of it, is a fault.
/// </summary>
/// <param name="patience">How long it must have stood, in real time.</param>
internal sealed class Suspicions(TimeSpan patience, TimeProvider time)
{
    private Dictionary<(string Kind, string Id), (long Version, long At, DateTimeOffset Since)> _known = [];

    /// <summary>Takes what one look found, and answers with what has stood for long enough.</summary>
    /// <param name="heardOf">All that was committed before this instant has been handled by whoever follows the journal.</param>
    public IReadOnlyList<Difference> Look(IEnumerable<Difference> found, DateTimeOffset now, DateTimeOffset heardOf)
    {
        var known = new Dictionary<(string, string), (long, long, DateTimeOffset)>();
        var faults = new List<Difference>();
        foreach (var difference in found)
        {
            var key = (difference.Kind, difference.Id);
            if (!_known.TryGetValue(key, out var before) || before.Version != difference.Version)
                known[key] = (difference.Version, time.GetTimestamp(), now);
            else if (time.GetElapsedTime(before.At) < patience || before.Since >= heardOf)
                known[key] = before;
            else
                faults.Add(difference);
        }

        _known = known;
        return faults;
    }
}
