namespace Engine.Grains.Keys;

/// <summary>Names whose keys were destroyed, and where to ask on.</summary>
public sealed record DestroyedKeys(IReadOnlyList<(string Workspace, string Owner)> Names, long Mark);
