namespace Engine.LoadTests.Shift.People;

/// <summary>How people differ.</summary>
internal static class Randoms
{
    /// <summary>Mostly near the mean, sometimes much longer, as work is; never less than a fifth, nor more than five times as much.</summary>
    public static TimeSpan Around(this Random random, TimeSpan mean)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        const double spread = 0.6;
        return mean * Math.Clamp(Math.Exp(normal * spread - spread * spread / 2), 0.2, 5);
    }

    public static bool Happens(this Random random, double probability) => random.NextDouble() < probability;

    public static TimeSpan Between(this Random random, double fromMinutes, double toMinutes) =>
        TimeSpan.FromMinutes(fromMinutes + random.NextDouble() * (toMinutes - fromMinutes));
}
