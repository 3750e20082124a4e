using System.Collections.Concurrent;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>For which services the endpoints that answer UNIMPLEMENTED are there.</summary>
internal sealed class MappedServices
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    public bool TryAdd(string name) => _names.TryAdd(name, true);
}
