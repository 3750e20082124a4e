using Engine.Api.Caching;
using Engine.Api.Errors;
using Engine.Internal.V1;

namespace Engine.Api.Services;

/// <summary>
/// A workspace's catalog as it is now.
/// </summary>
/// <remarks>
/// Whoever has just created a queue names it in the next request, through this server or another; a copy that is some
/// seconds old would refuse it. So the catalog's actor is asked each time, for what is newer than the copy kept here - mostly
/// nothing, which costs a short call and no reading. Queues are never deleted: one that the copy has is there.
/// </remarks>
internal sealed class CatalogReader(IGrainFactory grains)
{
    private const int WorkspacesMax = 256;

    private readonly BoundedCache<string, Catalog> _known = new(WorkspacesMax);

    public async Task<Catalog> ReadAsync(string workspace, CancellationToken cancellationToken)
    {
        var known = Known(workspace);
        var reply = await grains.Catalog(workspace).ReadAsync(new ReadCatalogRequest { KnownVersion = known?.Version ?? -1 })
            .WaitAsync(cancellationToken);
        if (reply.Result is not { } newest) return known ?? new Catalog();
        _known.Set(workspace, newest);
        return newest;
    }

    /// <summary>Whether a queue, <c>queues/{queue}</c>, exists.</summary>
    public async ValueTask<bool> HasQueueAsync(string workspace, string name, CancellationToken cancellationToken) =>
        Find(Known(workspace), name) is not null || Find(await ReadAsync(workspace, cancellationToken), name) is not null;

    /// <exception cref="RejectedException">QUEUE_NOT_FOUND.</exception>
    public async ValueTask RequireQueueAsync(string workspace, string name, CancellationToken cancellationToken)
    {
        if (!await HasQueueAsync(workspace, name, cancellationToken)) throw NotFound();
    }

    /// <param name="field">The path of the field that names it.</param>
    /// <exception cref="RejectedException">UNKNOWN_QUEUE.</exception>
    public async ValueTask RequireKnownQueueAsync(string workspace, string name, string field, CancellationToken cancellationToken)
    {
        if (!await HasQueueAsync(workspace, name, cancellationToken))
            throw Refuse.Unknown(Reasons.UnknownQueue, field, "there is no such queue");
    }

    public static V1.Queue? Find(Catalog? catalog, string name)
    {
        if (catalog is null) return null;
        foreach (var queue in catalog.Queues)
        {
            if (queue.Name == name) return queue;
        }

        return null;
    }

    public static RejectedException NotFound() => Refuse.NotFound(Reasons.QueueNotFound, "There is no such queue.");

    private Catalog? Known(string workspace) => _known.TryGet(workspace, out var known) ? known : null;
}
