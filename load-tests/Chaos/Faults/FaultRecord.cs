using System.Text.Json.Serialization;

namespace Engine.LoadTests.Chaos.Faults;

/// <summary>A fault as it happened.</summary>
internal sealed record FaultRecord
{
    public required string Kind { get; init; }

    /// <summary>Whom it hit, or what was cut.</summary>
    public required string Target { get; init; }

    /// <summary>Seconds since the traffic began.</summary>
    public required double AtS { get; init; }

    /// <summary>How long it lasted, or took.</summary>
    public double DurationS { get; init; }

    /// <summary>What went differently than planned.</summary>
    public string? Note { get; init; }

    /// <summary>Conversations that were hit by a kill, and how long they took to answer again.</summary>
    public int? Affected { get; init; }

    /// <inheritdoc cref="Affected"/>
    public double? RecoveryP50S { get; init; }

    /// <inheritdoc cref="Affected"/>
    public double? RecoveryMaxS { get; init; }

    /// <summary>Time stamp of the run's clock.</summary>
    [JsonIgnore]
    public long At { get; init; }
}
