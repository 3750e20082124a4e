using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>What the attributes of a grain method say.</summary>
[Flags]
[EditorBrowsable(EditorBrowsableState.Never)]
public enum CallOptions
{
    None = 0,
    OneWay = 1,
    ReadOnly = 2,
    AlwaysInterleave = 4,
    Cancellable = 8,
    Extension = 16,
}
