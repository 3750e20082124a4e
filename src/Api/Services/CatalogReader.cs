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

    /// <summary>The version of a catalog that has a queue, <c>queues/{queue}</c>; null: there is no such queue.</summary>
    public async ValueTask<long?> FindQueueAsync(string workspace, string name, CancellationToken cancellationToken)
    {
        var known = Known(workspace);
        if (Find(known, name) is not null) return known!.Version;
        var newest = await ReadAsync(workspace, cancellationToken);
        return Find(newest, name) is null ? null : newest.Version;
    }

    /// <returns>For <see cref="Caller.CatalogVersion"/>.</returns>
    /// <exception cref="RejectedException">QUEUE_NOT_FOUND.</exception>
    public async ValueTask<long> RequireQueueAsync(string workspace, string name, CancellationToken cancellationToken) =>
        await FindQueueAsync(workspace, name, cancellationToken) ?? throw NotFound();

    /// <param name="field">The path of the field that names it.</param>
    /// <inheritdoc cref="RequireQueueAsync"/>
    /// <exception cref="RejectedException">UNKNOWN_QUEUE.</exception>
    public async ValueTask<long> RequireKnownQueueAsync(string workspace, string name, string field, CancellationToken cancellationToken) =>
        await FindQueueAsync(workspace, name, cancellationToken) ?? throw Refuse.Unknown(Reasons.UnknownQueue, field, "there is no such queue");

    /// <summary>
    /// A caller who counts on a version of the catalog: silos remember catalogs for some seconds, and one that does not know
    /// yet what the request names must not refuse it.
    /// </summary>
    public static Caller Counting(Caller caller, long version) => version == 0 ? caller : new Caller(caller) { CatalogVersion = version };

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
