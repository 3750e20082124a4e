using NodaTime;

namespace Engine.Grains.Routing.Matching;

/// <summary>Versions of conversations that wait no more, for a while: what comes late must not bring them back.</summary>
internal sealed class Gone(Duration kept)
{
    private readonly Dictionary<string, (long Version, long Since)> _versions = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, long Since)> _order = new();

    /// <summary>0: not remembered.</summary>
    public long VersionOf(string id) => _versions.GetValueOrDefault(id).Version;

    /// <returns>False: known as gone with this version, or a newer one.</returns>
    public bool Remember(string id, long version, long now)
    {
        while (_order.TryPeek(out var oldest) && oldest.Since + kept.BclCompatibleTicks <= now)
        {
            _order.Dequeue();
            if (_versions.TryGetValue(oldest.Id, out var known) && known.Since == oldest.Since) _versions.Remove(oldest.Id);
        }

        if (VersionOf(id) >= version) return false;
        _versions[id] = (version, now);
        _order.Enqueue((id, now));
        return true;
    }

    public void Forget(string id) => _versions.Remove(id);
}
