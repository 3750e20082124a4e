using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>Items of a sequence on their way to the caller.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[GenerateSerializer]
public sealed class EnumerationBatch<TItem>
{
    [Id(0)]
    public List<TItem> Items { get; set; } = [];

    /// <summary>Whether the sequence ends after these items.</summary>
    [Id(1)]
    public bool IsLast { get; set; }

    /// <summary>What ended it, if it did not end by itself.</summary>
    [Id(2)]
    public Exception? Error { get; set; }
}
