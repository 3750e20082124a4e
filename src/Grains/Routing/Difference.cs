namespace Engine.Grains.Routing;

/// <summary>Something that does not agree with the journal, or has not yet heard of it.</summary>
/// <param name="Kind">What kind, for logs and metrics.</param>
/// <param name="Id">What it is about.</param>
/// <param name="Version">As of which version it does not agree; another version is another difference.</param>
/// <param name="Mend">Makes sure that it is a fault, and mends it; false: it was none.</param>
internal sealed record Difference(string Kind, string Id, long Version, Func<Task<bool>> Mend);
