using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>Something that waits for a turn of an activation, linked into its mailbox.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WorkItem
{
    internal WorkItem? Next;

    private protected WorkItem()
    {
    }

    /// <summary>Runs within a turn of <paramref name="host"/>. Must not throw.</summary>
    internal abstract void Execute(ICallHost host);
}
