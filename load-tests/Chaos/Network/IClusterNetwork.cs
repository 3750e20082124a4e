using System.Net;

namespace Engine.LoadTests.Chaos.Network;

/// <summary>Where the processes of a cluster live, and what can be cut between them.</summary>
internal interface IClusterNetwork : IAsyncDisposable
{
    /// <summary>Where this program and PostgreSQL are.</summary>
    IPAddress Host { get; }

    /// <summary>The network in which PostgreSQL trusts everybody, as <c>address/bits</c>; null: loopback only.</summary>
    string? Subnet { get; }

    /// <summary>Whether connections can be cut.</summary>
    bool CanCut { get; }

    /// <summary>Makes room for a process.</summary>
    Task<NetworkPlace> AddAsync(string process, CancellationToken cancellationToken);

    /// <summary>Nothing passes between these any more, in either direction, and nobody is told.</summary>
    Task CutAsync(IPAddress one, IPAddress other, CancellationToken cancellationToken);

    /// <summary>Undoes <see cref="CutAsync"/>.</summary>
    Task HealAsync(IPAddress one, IPAddress other, CancellationToken cancellationToken);
}
