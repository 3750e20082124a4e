using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>Where a grain is active.</summary>
public sealed class GrainAddress : IEquatable<GrainAddress>
{
    public GrainId GrainId { get; init; }

    public ActivationId ActivationId { get; init; }

    public SiloAddress? SiloAddress { get; init; }

    /// <summary>Whether grain, activation and silo are all known.</summary>
    public bool IsComplete => !GrainId.IsDefault && !ActivationId.IsDefault && SiloAddress is not null;

    public override bool Equals(object? obj) => Equals(obj as GrainAddress);

    public bool Equals(GrainAddress? other) => other is not null && Matches(other);

    /// <summary>Whether both name the same activation on the same silo.</summary>
    public bool Matches([NotNullWhen(true)] GrainAddress? other) =>
        other is not null && GrainId == other.GrainId && ActivationId == other.ActivationId
        && Equals(SiloAddress, other.SiloAddress);

    public override int GetHashCode() => HashCode.Combine(SiloAddress, GrainId, ActivationId);

    public override string ToString() => $"[{SiloAddress} {GrainId} {ActivationId}]";

    public string ToFullString() => ToString();
}
