using Engine.Api.Caching;
using Engine.V1;

namespace Engine.Api.Signals;

/// <summary>
/// Lets a key say the same thing of the same participant in a conversation once a second; a client that signals every
/// keystroke costs others nothing. What changes (typing, then stopped) is told at once.
/// </summary>
internal sealed class ActivityLimiter(TimeProvider time)
{
    private const int EntriesMax = 32_768;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly BoundedCache<(string Key, string Place, string Participant, ActivityKind Kind), long> _last = new(EntriesMax);

    public bool Allows(string key, string place, string participant, ActivityKind kind)
    {
        var entry = (key, place, participant, kind);
        if (_last.TryGet(entry, out var last) && time.GetElapsedTime(last) < Period) return false;
        _last.Set(entry, time.GetTimestamp());
        return true;
    }
}
