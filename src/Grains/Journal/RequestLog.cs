using System.Diagnostics.CodeAnalysis;
using Engine.Internal.V1;

namespace Engine.Grains.Journal;

/// <summary>
/// The requests an actor has answered: those of the last 24 hours or 4,096 commits, whichever is less. Looked up by request
/// id and by channel's message id.
/// </summary>
internal sealed class RequestLog
{
    private const int CommitsMax = 4_096;
    private const long AgeMaxMs = 24 * 60 * 60 * 1_000;
    private readonly Dictionary<UInt128, Entry> _byKey = [];
    private readonly Queue<Entry> _entries = new();

    public int Count => _entries.Count;

    public bool TryFind(RequestStamp stamp, [NotNullWhen(true)] out Entry? entry)
    {
        entry = null;
        return (stamp.RequestKey != 0 && _byKey.TryGetValue(stamp.RequestKey, out entry))
            || (stamp.ExternalKey != 0 && _byKey.TryGetValue(stamp.ExternalKey, out entry));
    }

    public void Add(RequestStamp stamp, long version, DateTimeOffset time)
    {
        if (stamp.RequestKey != 0 || stamp.ExternalKey != 0)
            Add(new Entry(stamp.RequestKey, stamp.ExternalKey, stamp.Hash, version, time.ToUnixTimeMilliseconds()));
        Trim(version, time);
    }

    public void Read(IEnumerable<RequestRecord> records)
    {
        foreach (var r in records)
        {
            Add(new Entry(
                RequestStamp.Read(r.RequestKey), RequestStamp.Read(r.ExternalKey), RequestStamp.Read(r.RequestHash), r.Version, r.CommitTimeMs));
        }
    }

    /// <summary>The entries up to a version: what a snapshot of that version holds.</summary>
    public IEnumerable<RequestRecord> Write(long version) =>
        _entries.Where(e => e.Version <= version).Select(e => new RequestRecord
        {
            RequestKey = RequestStamp.Write(e.RequestKey),
            ExternalKey = RequestStamp.Write(e.ExternalKey),
            RequestHash = RequestStamp.Write(e.Hash),
            Version = e.Version,
            CommitTimeMs = e.TimeMs,
        });

    private void Add(Entry entry)
    {
        _entries.Enqueue(entry);
        if (entry.RequestKey != 0) _byKey[entry.RequestKey] = entry;
        if (entry.ExternalKey != 0) _byKey[entry.ExternalKey] = entry;
    }

    private void Trim(long version, DateTimeOffset now)
    {
        var oldest = now.ToUnixTimeMilliseconds() - AgeMaxMs;
        while (_entries.TryPeek(out var entry) && (entry.Version <= version - CommitsMax || entry.TimeMs < oldest))
        {
            _entries.Dequeue();
            Remove(entry.RequestKey, entry);
            Remove(entry.ExternalKey, entry);
        }
    }

    private void Remove(UInt128 key, Entry entry)
    {
        if (key != 0 && _byKey.TryGetValue(key, out var current) && ReferenceEquals(current, entry)) _byKey.Remove(key);
    }

    internal sealed record Entry(UInt128 RequestKey, UInt128 ExternalKey, UInt128 Hash, long Version, long TimeMs);
}
