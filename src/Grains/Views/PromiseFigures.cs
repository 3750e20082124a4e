namespace Engine.Grains.Views;

/// <summary>How many answers came to customers who had been told a time, and how many of them in that time.</summary>
/// <param name="BeforeRevised">Of the revised ones, before the latest instant of the revision.</param>
public sealed record PromiseFigures(long Answers, long BeforeLikely, long BeforeLatest, long Revised, long BeforeRevised);
