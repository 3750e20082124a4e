using Orleans.Runtime;

namespace Engine.Grains.Deadlines;

/// <summary>A reminder whose first tick was due.</summary>
/// <param name="StartAt">When.</param>
public sealed record DueReminder(GrainId Grain, string Name, DateTimeOffset StartAt, TimeSpan Period);
