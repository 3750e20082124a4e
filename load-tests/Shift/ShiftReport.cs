using System.Text.Json.Serialization;
using Engine.LoadTests.Shift.Observing;

namespace Engine.LoadTests.Shift;

/// <summary>The outcome of <c>shift</c>.</summary>
internal sealed record ShiftReport
{
    public required int Seed { get; init; }

    public required string Store { get; init; }

    public required int Silos { get; init; }

    public required int ClockSpeed { get; init; }

    public required int Agents { get; init; }

    public required int Customers { get; init; }

    public required double Hours { get; init; }

    /// <summary>Of real time, from the first customer to the last answer.</summary>
    public required double DurationS { get; init; }

    /// <summary>Of engine time after the last customer came, until nothing was left to do.</summary>
    public required double OvertimeMinutes { get; init; }

    /// <summary>Whether all was answered before the overtime was over.</summary>
    public required bool Finished { get; init; }

    public required long OverCapacity { get; init; }

    public required long Stranded { get; init; }

    /// <summary>What the queues' reconcilers mended, as the queues tell; null: not told.</summary>
    public required long? Reconciled { get; init; }

    public required long EarlyDeadlines { get; init; }

    public required long MissedDeadlines { get; init; }

    /// <summary>Conversations with two assignees, and streams with two writers.</summary>
    public required long DoubleOwner { get; init; }

    public required long Lost { get; init; }

    public required long Doubled { get; init; }

    public required int Kills { get; init; }

    /// <summary>All that the observer found.</summary>
    public required Verdict Observed { get; init; }

    public required long Calls { get; init; }

    public required long Retries { get; init; }

    /// <summary>Without an outcome after all attempts.</summary>
    public required long FailedCalls { get; init; }

    /// <summary>By request, status and reason.</summary>
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }

    /// <summary>CPU seconds of the engine's processes.</summary>
    public required double? EngineCpuS { get; init; }

    public required int Processors { get; init; }

    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Harms in all. Mending after a kill is what the reconciler is there for.</summary>
    [JsonIgnore]
    public long Harms => Observed.Harms + (Kills == 0 ? Reconciled ?? 0 : 0) + (DoubleOwner - Observed.DoubleOwner);

    [JsonIgnore]
    public bool Passed => Harms == 0 && Observed.Assigned > 0 && Finished && FailedCalls == 0;
}
