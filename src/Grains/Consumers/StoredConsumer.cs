using Engine.Grains.Journal;

namespace Engine.Grains.Consumers;

/// <summary>A named consumer and the position it acknowledged.</summary>
public sealed record StoredConsumer(string Name, JournalPosition Position, DateTimeOffset UpdateTime);
