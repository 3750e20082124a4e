using System.Collections.Concurrent;
using Engine.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Engine.Grains.Catalogs;

/// <summary>
/// Every message is decided by its workspace's rules, so they must cost nothing to have. Asking their actor each time would make
/// it the hottest actor of all and every message wait for it; being told of each change would need a list of all silos that is
/// never wrong. So each silo remembers the rules it uses and asks for newer ones every two seconds - one call for all who wait,
/// in the background, answered by nothing when nothing is newer. What was not confirmed for four seconds is not used: a change
/// is known everywhere within five, which rollouts count on. Only when the catalog cannot be asked are older rules used on, since
/// a message by rules of a minute ago is better than none.
/// </summary>
internal sealed class SiloCatalogs(
    IGrainFactory grains, IOptions<CatalogOptions> options, TimeProvider time, ILogger<SiloCatalogs> logger) : ICatalogs
{
    private static readonly TimeSpan UnusedMax = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, RememberedCatalog> _workspaces = new(StringComparer.Ordinal);
    private int _cleaning;

    /// <summary>How many are remembered; for tests.</summary>
    public int Count => _workspaces.Count;

    public ValueTask<WorkspaceCatalog> GetAsync(string workspace, long versionMin) => Find(workspace).GetAsync(versionMin);

    public ValueTask<WorkspaceCatalog> GetAsync(string workspace, SlaRules? knowing, long versionMin)
    {
        var remembered = Find(workspace);
        var got = remembered.GetAsync(versionMin);
        if (!got.IsCompletedSuccessfully) return new ValueTask<WorkspaceCatalog>(KnowingAsync(remembered, got.AsTask(), knowing));
        var catalog = got.Result;
        return catalog.Sla.Holds(knowing)
            ? new ValueTask<WorkspaceCatalog>(catalog)
            : new ValueTask<WorkspaceCatalog>(remembered.LookBackAsync(catalog, knowing!));
    }

    private static async Task<WorkspaceCatalog> KnowingAsync(RememberedCatalog remembered, Task<WorkspaceCatalog> got, SlaRules? knowing)
    {
        var catalog = await got.ConfigureAwait(false);
        return catalog.Sla.Holds(knowing) ? catalog : await remembered.LookBackAsync(catalog, knowing!).ConfigureAwait(false);
    }

    private RememberedCatalog Find(string workspace)
    {
        if (_workspaces.TryGetValue(workspace, out var remembered)) return remembered;
        var grain = grains.GetGrain<ICatalogGrain>(CatalogNames.KeyOf(workspace));
        remembered = _workspaces.GetOrAdd(workspace, new RememberedCatalog(grain, options.Value, time, logger));
        if (_workspaces.Count > options.Value.WorkspacesMax) Clean();
        return remembered;
    }

    /// <summary>Forgets what was not used lately, and anything when that is not enough.</summary>
    private void Clean()
    {
        if (Interlocked.Exchange(ref _cleaning, 1) == 1) return;
        try
        {
            foreach (var (workspace, remembered) in _workspaces)
            {
                if (remembered.Unused > UnusedMax) _workspaces.TryRemove(workspace, out _);
            }

            // A tenth at once, so that the next ones need not look through all of them again.
            var most = Math.Max(1, options.Value.WorkspacesMax - options.Value.WorkspacesMax / 10);
            var excess = _workspaces.Count <= options.Value.WorkspacesMax ? 0 : _workspaces.Count - most;
            if (excess <= 0) return;
            foreach (var (workspace, _) in _workspaces.OrderByDescending(w => w.Value.Unused).Take(excess).ToList())
                _workspaces.TryRemove(workspace, out _);
        }
        finally
        {
            Volatile.Write(ref _cleaning, 0);
        }
    }
}
