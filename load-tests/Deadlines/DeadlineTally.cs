using System.Globalization;
using System.Text.Json.Serialization;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Deadlines;

/// <summary>What became of deadlines whose instants are known beforehand.</summary>
internal sealed record DeadlineTally
{
    private const int ExamplesMax = 5;

    /// <summary>Less than anything that the journal keeps of an instant would blur.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    public required int Due { get; init; }

    public required int Told { get; init; }

    /// <summary>Committed before their instants.</summary>
    public required long Early { get; init; }

    /// <summary>Recorded with another instant than expected.</summary>
    public required long WrongInstant { get; init; }

    public required long Doubled { get; init; }

    public required long Missed { get; init; }

    /// <summary>From the instant to the commit.</summary>
    public required double? LatenessP50Ms { get; init; }

    public required double? LatenessP99Ms { get; init; }

    public required double? LatenessMaxMs { get; init; }

    /// <summary>From the instant until a client saw it.</summary>
    public required double? SeenP50Ms { get; init; }

    public required double? SeenP99Ms { get; init; }

    public required double? SeenMaxMs { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> Examples { get; init; } = [];

    [JsonIgnore]
    public long Harms => Early + WrongInstant + Doubled + Missed;

    /// <param name="expected">By conversation: when.</param>
    /// <param name="told">All notices; those of other conversations are left alone.</param>
    public static DeadlineTally Of(IReadOnlyDictionary<string, DateTimeOffset> expected, IEnumerable<ToldDeadline> told)
    {
        var (commit, seen, examples) = (new LatencyLog(), new LatencyLog(), new List<string>());
        var found = new HashSet<string>(StringComparer.Ordinal);
        long early = 0, wrong = 0, doubled = 0;
        foreach (var notice in told)
        {
            if (!expected.TryGetValue(notice.Conversation, out var due)) continue;
            if (!found.Add(notice.Conversation)) Count(ref doubled, notice, $"told twice");
            if (notice.CommitTime < notice.EffectiveTime || notice.CommitTime < due - Tolerance)
                Count(ref early, notice, $"committed {(due - notice.CommitTime).TotalMilliseconds:0.###} ms early");
            if ((notice.EffectiveTime - due).Duration() > Tolerance)
                Count(ref wrong, notice, $"says {notice.EffectiveTime:HH:mm:ss.ffffff}, not {due:HH:mm:ss.ffffff}");
            commit.Add(notice.CommitTime - due);
            seen.Add(notice.SeenTime - due);
        }

        var missing = expected.Keys.Where(c => !found.Contains(c)).ToList();
        examples.AddRange(missing.Take(ExamplesMax).Select(c => $"{c}: never told"));
        var (commits, sights) = (commit.Summarize(), seen.Summarize());
        return new DeadlineTally
        {
            Due = expected.Count,
            Told = found.Count,
            Early = early,
            WrongInstant = wrong,
            Doubled = doubled,
            Missed = missing.Count,
            LatenessP50Ms = commits.P50Ms,
            LatenessP99Ms = commits.P99Ms,
            LatenessMaxMs = commits.MaxMs,
            SeenP50Ms = sights.P50Ms,
            SeenP99Ms = sights.P99Ms,
            SeenMaxMs = sights.MaxMs,
            Examples = examples,
        };

        void Count(ref long count, ToldDeadline notice, FormattableString what)
        {
            count++;
            if (examples.Count < ExamplesMax) examples.Add($"{notice.Conversation}: {what.ToString(CultureInfo.InvariantCulture)}");
        }
    }
}
