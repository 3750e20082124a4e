namespace Engine.Storage.State;

/// <summary>A grain's state as stored.</summary>
internal sealed record StoredState(ReadOnlyMemory<byte> Payload, string Etag);
