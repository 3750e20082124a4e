using System.Text.Json.Serialization;
using Engine.LoadTests.Chaos.Faults;

namespace Engine.LoadTests.Chaos;

/// <summary>The outcome of a run. What is in <see cref="Harms"/> must be 0.</summary>
internal sealed record ChaosReport
{
    public required int Seed { get; init; }

    public required int Silos { get; init; }

    public required int Gateways { get; init; }

    public required double DurationS { get; init; }

    /// <summary>Messages and notes that the engine acknowledged.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Acknowledged, read or committed, and missing afterwards, or missing in what a subscriber or a list got.</summary>
    public required long Lost { get; init; }

    public required long Duplicated { get; init; }

    public required long Reordered { get; init; }

    /// <summary>Pairs of owners that wrote one stream at the same time; null on SQLite, which has one owner.</summary>
    public required int? DoubleOwner { get; init; }

    public required long StaleReads { get; init; }

    /// <summary>Refused and nevertheless done, or never sent.</summary>
    public required long Invented { get; init; }

    public required int Kills { get; init; }

    /// <summary>From a kill to the first answer, over the conversations that were hit; null when none was.</summary>
    public required double? RecoveryP50S { get; init; }

    /// <inheritdoc cref="RecoveryP50S"/>
    public required double? RecoveryP99S { get; init; }

    public required int RecoveryConversations { get; init; }

    public required RemindersReport Reminders { get; init; }

    /// <summary>Calls without an outcome: none came within the time for all their attempts, or the engine answered INTERNAL.</summary>
    public required long FailedCallsAfterRetries { get; init; }

    /// <summary>Silos that ended although nothing had happened to them.</summary>
    public required int FalseEvictions { get; init; }

    /// <summary>Processes that ended and that no fault explains, gateways too.</summary>
    public required IReadOnlyList<string> UnexplainedExits { get; init; }

    /// <summary>Calls that were refused or failed for good, by reason; a conversation that has just been closed, for example.</summary>
    public required IReadOnlyList<RefusalReport> Refusals { get; init; }

    public required long Retries { get; init; }

    public required double MessagesPerSecond { get; init; }

    /// <summary>Of acknowledged messages and notes, retries included.</summary>
    public required double? P50Ms { get; init; }

    /// <inheritdoc cref="P50Ms"/>
    public required double? P99Ms { get; init; }

    /// <inheritdoc cref="P50Ms"/>
    public required double? MaxMs { get; init; }

    /// <summary>The latest that the load generator began a call after it was due.</summary>
    public required double GeneratorLateMaxMs { get; init; }

    public required SubscribersReport Subscribers { get; init; }

    /// <summary>How often a stream passed to another silo.</summary>
    public required long OwnerChanges { get; init; }

    public required IReadOnlyList<FaultRecord> Faults { get; init; }

    /// <summary>The first findings.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Whether a failed call is a harm: when nothing was done that a careful operator does not do.</summary>
    [JsonIgnore]
    public bool FailedCallsCount { get; init; }

    [JsonIgnore]
    public long Harms => Lost + Duplicated + Reordered + (DoubleOwner ?? 0) + StaleReads + Invented + Reminders.Harms + FalseEvictions
        + (FailedCallsCount ? FailedCallsAfterRetries : 0);

    [JsonIgnore]
    public bool Passed => Harms == 0;
}
