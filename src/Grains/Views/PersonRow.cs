namespace Engine.Grains.Views;

/// <summary>A customer or an agent as lists know it.</summary>
/// <param name="Payload">An internal message: structure in the clear, the profile sealed.</param>
public sealed record PersonRow(string Workspace, string Id, long Version, DateTimeOffset UpdateTime, ReadOnlyMemory<byte> Payload);
