namespace Engine.Grains.Routing.Rehearsing;

/// <summary>A time for which an agent was there: from an instant on, before another.</summary>
public readonly record struct PastShift(DateTimeOffset From, DateTimeOffset To);
