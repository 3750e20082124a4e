using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>How long answers have taken lately.</summary>
/// <param name="Median">Half of them took less.</param>
/// <param name="NinetiethPercentile">Nine of ten took less; more than the median.</param>
/// <param name="Count">How many they were.</param>
/// <param name="BusinessTime">Whether measured in open hours of the calendar.</param>
public sealed record ResponseHistory(Duration Median, Duration NinetiethPercentile, long Count, bool BusinessTime)
{
    /// <summary>Fewer answers tell nothing of the slowest tenth.</summary>
    public const int CountMin = 20;

    /// <summary>Whether it foretells anything.</summary>
    public bool IsKnown => Count >= CountMin && Median > Duration.Zero && NinetiethPercentile > Median;
}
