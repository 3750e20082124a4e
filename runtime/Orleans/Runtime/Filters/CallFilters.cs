namespace Orleans.Runtime.Filters;

/// <summary>The filters of a silo or client, in the order they were added.</summary>
internal sealed class CallFilters(
    IEnumerable<IIncomingGrainCallFilter> incoming, IEnumerable<IOutgoingGrainCallFilter> outgoing)
{
    public IIncomingGrainCallFilter[] Incoming { get; } = [.. incoming];

    public IOutgoingGrainCallFilter[] Outgoing { get; } = [.. outgoing];

    public bool HasIncoming => Incoming.Length > 0;

    public bool HasOutgoing => Outgoing.Length > 0;
}
