using System.Collections.Concurrent;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Which services are mapped, and what becomes of calls to methods and services that are not.</summary>
internal sealed class MappedServices
{
    private readonly ConcurrentDictionary<string, bool> _ignoreUnknownMethods = new(StringComparer.OrdinalIgnoreCase);

    public bool IgnoreUnknownServices { get; set; }

    public bool IsEmpty => _ignoreUnknownMethods.IsEmpty;

    public void Add(string service, bool ignoreUnknownMethods) => _ignoreUnknownMethods[service] = ignoreUnknownMethods;

    /// <summary>What to say of a path nothing is mapped to; null when it is for others to answer.</summary>
    public string? Describe(string? path)
    {
        // Exactly /service/method.
        if (path is not ['/', ..] || path.IndexOf('/', 1) is not (> 1 and var slash)
            || slash == path.Length - 1 || path.IndexOf('/', slash + 1) >= 0)
        {
            return null;
        }

        if (_ignoreUnknownMethods.TryGetValue(path[1..slash], out var ignore))
        {
            return ignore ? null : "Method is unimplemented.";
        }

        return IgnoreUnknownServices ? null : "Service is unimplemented.";
    }
}
