namespace Orleans.Runtime.Filters;

/// <summary>A filter made of a function.</summary>
internal sealed class DelegateFilter(IncomingGrainCallFilterDelegate? incoming, OutgoingGrainCallFilterDelegate? outgoing)
    : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) => incoming!(context);

    public Task Invoke(IOutgoingGrainCallContext context) => outgoing!(context);
}
