namespace Engine.LoadTests.Measuring;

/// <summary>When a stretch of load ends: whichever comes first.</summary>
internal readonly record struct LoadLimits(TimeSpan Time, long Operations);
