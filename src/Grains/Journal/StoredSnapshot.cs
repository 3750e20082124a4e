namespace Engine.Grains.Journal;

/// <summary>An actor's state after a version, serialised and sealed by the actor.</summary>
public sealed record StoredSnapshot(long Version, ReadOnlyMemory<byte> Payload);
