using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime.Filters;

/// <summary>
/// The filters of a silo or client, in the order they were added. They are made at the first call, not before: a filter
/// may ask for the grain factory, which needs what needs the filters.
/// </summary>
internal sealed class CallFilters(IServiceProvider services)
{
    private IIncomingGrainCallFilter[]? _incoming;
    private IOutgoingGrainCallFilter[]? _outgoing;

    public IIncomingGrainCallFilter[] Incoming => _incoming ??= [.. services.GetServices<IIncomingGrainCallFilter>()];

    public IOutgoingGrainCallFilter[] Outgoing => _outgoing ??= [.. services.GetServices<IOutgoingGrainCallFilter>()];

    public bool HasIncoming => Incoming.Length > 0;

    public bool HasOutgoing => Outgoing.Length > 0;
}
