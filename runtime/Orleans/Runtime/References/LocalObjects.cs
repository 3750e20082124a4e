using System.Collections.Concurrent;
using Orleans.Runtime.Generated;

namespace Orleans.Runtime.References;

/// <summary>The objects of this silo or client that others call through references. Each is held weakly.</summary>
internal sealed class LocalObjects(string ownerId, CodecRegistry codecs)
{
    /// <summary>How the owner's name of a silo's own objects begins; the silo's address follows.</summary>
    public const string SiloPrefix = "hosted-";

    private static readonly GrainType ClientType = GrainType.Create("sys.client");
    private readonly ConcurrentDictionary<GrainId, LocalObject> _objects = new();

    /// <summary>Names this silo or client in the identities of its objects.</summary>
    public string OwnerId => ownerId;

    /// <summary>Whether an identity is that of an object of some client or silo.</summary>
    public static bool IsObject(GrainId id) => id.Type == ClientType;

    /// <summary>Whose object it is.</summary>
    public static string OwnerOf(GrainId id)
    {
        var key = id.Key.ToString();
        var plus = key.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? key : key[..plus];
    }

    /// <summary>The silo whose object it is; null for a client's.</summary>
    public static SiloAddress? SiloOf(string owner) =>
        owner.StartsWith(SiloPrefix, StringComparison.Ordinal) && SiloAddress.TryParse(owner[SiloPrefix.Length..], out var silo)
            ? silo
            : null;

    public GrainId Add(IGrainObserver target)
    {
        foreach (var (id, known) in _objects)
        {
            if (!known.IsAlive)
                _objects.TryRemove(id, out _);
        }

        var added = GrainId.Create(ClientType, $"{ownerId}+{Guid.NewGuid():N}");
        _objects[added] = new LocalObject(added, target, codecs);
        return added;
    }

    public void Remove(GrainId id) => _objects.TryRemove(id, out _);

    /// <summary>Runs a call; fails it when the object is gone.</summary>
    public void Deliver(GrainCall call)
    {
        if (_objects.TryGetValue(call.TargetId, out var local) && local.IsAlive)
        {
            call.Host = local;
            local.Enqueue(call);
            return;
        }

        Remove(call.TargetId);
        call.TryFail(new ClientNotAvailableException($"The object {call.TargetId} is gone."));
    }
}
