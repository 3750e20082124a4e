using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>The result of a method that has none.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct NoResult;
