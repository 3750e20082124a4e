using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>What a waiting customer was told, and at most one revision of it.</summary>
/// <param name="ToldAt">When.</param>
/// <param name="Likely">The likely instant, as first told.</param>
/// <param name="Latest">The latest instant, as first told.</param>
/// <param name="Basis">What it rested on.</param>
public sealed record Promise(Instant ToldAt, Instant Likely, Instant Latest, ExpectationBasis Basis)
{
    /// <summary>Null: it stands as first told.</summary>
    public PromiseRevision? Revision { get; init; }

    /// <summary>The likely instant that holds.</summary>
    public Instant LikelyNow => Revision?.Likely ?? Likely;

    /// <summary>The latest instant that holds.</summary>
    public Instant LatestNow => Revision?.Latest ?? Latest;

    public PromiseRecord ToRecord() => new()
    {
        ToldTime = ToldAt.ToTimestamp(),
        LikelyTime = Likely.ToTimestamp(),
        LatestTime = Latest.ToTimestamp(),
        Basis = Basis,
        ReviseTime = Revision?.At.ToTimestamp(),
        RevisedLikelyTime = Revision?.Likely.ToTimestamp(),
        RevisedLatestTime = Revision?.Latest.ToTimestamp(),
    };

    /// <summary>Null: no promise.</summary>
    public static Promise? Of(PromiseRecord? record) => record is null ? null
        : new Promise(record.ToldTime.ToInstant(), record.LikelyTime.ToInstant(), record.LatestTime.ToInstant(), record.Basis)
        {
            Revision = record.ReviseTime is null ? null : new PromiseRevision(
                record.ReviseTime.ToInstant(), record.RevisedLikelyTime.ToInstant(), record.RevisedLatestTime.ToInstant()),
        };
}
