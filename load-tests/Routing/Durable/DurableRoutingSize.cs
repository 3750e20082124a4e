using System.Text.Json.Serialization;

namespace Engine.LoadTests.Routing.Durable;

/// <summary>How fast one queue gave away what waited.</summary>
internal sealed record DurableRoutingSize
{
    public required string Store { get; init; }

    public required int Waiting { get; init; }

    public required int Agents { get; init; }

    /// <summary>Conversations written a second, and waiting then.</summary>
    public required double FillPerSecond { get; init; }

    /// <summary>Until all agents had signed on.</summary>
    public required double SignOnS { get; init; }

    /// <summary>From the first assignment's commit to the last's.</summary>
    public required double DrainS { get; init; }

    /// <summary>Assignments a second over all of it.</summary>
    public required double PerSecond { get; init; }

    /// <summary>Over the middle eight tenths of them.</summary>
    public required double MiddlePerSecond { get; init; }

    /// <summary>CPU seconds of the engine, and of PostgreSQL, for each.</summary>
    public required double? CpuSecondsPerAssignment { get; init; }

    public required int Assigned { get; init; }

    /// <summary>Assigned more than once.</summary>
    public required int Doubled { get; init; }

    /// <summary>Agents who got more than they can hold.</summary>
    public required int OverCapacity { get; init; }

    public required long Reconciled { get; init; }

    [JsonIgnore]
    public long Harms => Waiting - Math.Min(Assigned, Waiting) + Doubled + OverCapacity + Reconciled;

    /// <param name="assignments">Each change of an assignee: when, what, to whom; in any order.</param>
    /// <param name="perAgent">How many each can hold.</param>
    public static (int Assigned, int Doubled, int OverCapacity, double DrainS, double PerSecond, double MiddlePerSecond) Tally(
        IReadOnlyCollection<(DateTimeOffset At, string Conversation, string Agent)> assignments, int perAgent)
    {
        if (assignments.Count < 2) return (assignments.Count, 0, 0, 0, 0, 0);
        var instants = assignments.Select(a => a.At).Order().ToList();
        var drain = (instants[^1] - instants[0]).TotalSeconds;
        var (low, high) = (instants.Count / 10, instants.Count - 1 - instants.Count / 10);
        var middle = (instants[high] - instants[low]).TotalSeconds;
        var conversations = assignments.Select(a => a.Conversation).Distinct(StringComparer.Ordinal).Count();
        return (
            conversations,
            assignments.Count - conversations,
            assignments.GroupBy(a => a.Agent, StringComparer.Ordinal).Count(g => g.Count() > perAgent),
            drain,
            drain > 0 ? (instants.Count - 1) / drain : 0,
            middle > 0 ? (high - low) / middle : 0);
    }
}
