namespace Engine.Grains.Views;

/// <summary>Where a customer's message stands: its content is read from the conversation's stream.</summary>
public sealed record TimelineRow(TimelinePlace Place);
