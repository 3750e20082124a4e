namespace Engine.Grains.Expectations;

/// <summary>
/// How much longer or shorter than computed waits are told, learnt from how the last ones came true.
/// <para>
/// Any forecast leaves something out: agents who work for other queues too, answers that overtake others, customers who are
/// known to somebody. What is left out errs to one side, and goes on doing so. So every answer moves its queue's two factors a
/// little: down when it came before the instant told, up when it came after, by steps in such a proportion that they cancel
/// out just when a half comes before the likely instant, and nine of ten before the latest. Where the steps lead depends on
/// nothing but this share, so no shape of the waits is assumed. The factors are bounded, so that an odd hour cannot make
/// promises absurd, and the steps are small enough that a few odd answers move little: some twenty answers halve a factor.
/// </para>
/// Pure: no clock, no I/O, no chance.
/// </summary>
/// <param name="LikelyLog">Natural logarithm of the factor for the likely instant; 0: as computed.</param>
/// <param name="LatestLog">Likewise for the latest instant.</param>
public readonly record struct ForecastStretch(double LikelyLog, double LatestLog)
{
    /// <summary>Share of answers that should come before the likely instant.</summary>
    public const double LikelyShare = 0.5;

    /// <summary>Share of answers that should come before the latest instant.</summary>
    public const double LatestShare = 0.9;

    /// <summary>Waits are told at most this many times as long as computed, and at least this part of it.</summary>
    public const double FactorMax = 4;

    private const double Step = 0.1;

    private static readonly double LogMax = Math.Log(FactorMax);

    /// <summary>As computed.</summary>
    public static ForecastStretch None => default;

    /// <summary>What a computed wait until the likely instant is multiplied by.</summary>
    public double LikelyFactor => Math.Exp(Bounded(LikelyLog));

    /// <summary>What a computed wait until the latest instant is multiplied by.</summary>
    public double LatestFactor => Math.Exp(Bounded(LatestLog));

    /// <summary>After one more answer.</summary>
    /// <param name="beforeLikely">It came before the likely instant that was told.</param>
    /// <param name="beforeLatest">It came before the latest instant that was told.</param>
    public ForecastStretch After(bool beforeLikely, bool beforeLatest) => new(
        Moved(LikelyLog, LikelyShare, beforeLikely), Moved(LatestLog, LatestShare, beforeLatest));

    private static double Moved(double log, double share, bool before) => Bounded(log + Step * (share - (before ? 1 : 0)));

    // What was stored by another release is no reason to tell nonsense.
    private static double Bounded(double log) => double.IsFinite(log) ? Math.Clamp(log, -LogMax, LogMax) : 0;
}
