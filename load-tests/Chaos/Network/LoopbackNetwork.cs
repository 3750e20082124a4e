using System.Net;

namespace Engine.LoadTests.Chaos.Network;

/// <summary>All on the loopback address: enough for every fault but cut connections.</summary>
internal sealed class LoopbackNetwork : IClusterNetwork
{
    public IPAddress Host => IPAddress.Loopback;

    public string? Subnet => null;

    public bool CanCut => false;

    public Task<NetworkPlace> AddAsync(string process, CancellationToken cancellationToken) =>
        Task.FromResult(new NetworkPlace(IPAddress.Loopback, []));

    public Task CutAsync(IPAddress one, IPAddress other, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nothing can be cut on the loopback address.");

    public Task HealAsync(IPAddress one, IPAddress other, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nothing can be cut on the loopback address.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
