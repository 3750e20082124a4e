namespace Engine.Grains.Views;

/// <summary>The order of a timeline: time, then conversation, then version.</summary>
public readonly record struct TimelinePlace(DateTimeOffset Time, string Conversation, long Version);
