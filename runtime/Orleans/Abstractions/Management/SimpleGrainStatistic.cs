namespace Orleans.Runtime;

/// <summary>How many activations of a grain type a silo has.</summary>
[GenerateSerializer]
[Immutable]
public sealed class SimpleGrainStatistic
{
    /// <summary>The full name of the grain class.</summary>
    [Id(0)]
    public required string GrainType { get; init; }

    [Id(1)]
    public required SiloAddress SiloAddress { get; init; }

    [Id(2)]
    public int ActivationCount { get; init; }

    public override string ToString() => $"{nameof(SimpleGrainStatistic)}: {GrainType} {SiloAddress} {ActivationCount}";
}
