namespace Engine.Grains.Views;

/// <summary>A conversation by its beginning: the order is create time descending, then id ascending.</summary>
public readonly record struct CreatedRow(DateTimeOffset CreateTime, string Id);
