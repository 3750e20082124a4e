using System.Globalization;
using System.Net;
using Engine.LoadTests.Chaos.Cluster;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Network;

/// <summary>
/// A network namespace with an address of its own for each process, all joined by a bridge, so that any two of them can be
/// cut off from each other.
/// </summary>
/// <remarks>
/// A real cut is silent: packets vanish, connections stay open, nobody gets an error until a time-out of their own. A firewall
/// rule would do that but is not on every machine; a proxy in between would see connections of its own, not the engine's; and
/// taking an interface down tells its owner. What every Linux has is the table of neighbours: a permanent entry with a hardware
/// address that nobody owns sends all packets to that neighbour into the void, those of open connections too. It is entered on
/// both sides.
/// </remarks>
internal sealed class NamespaceNetwork : IClusterNetwork
{
    private const string Nobody = "02:00:00:00:00:00";
    private const string Interface = "eth0";
    private const string NamePrefix = "engchaos-";
    private readonly string _id;
    private readonly string _bridge;
    private readonly byte _subnet;
    private readonly Dictionary<IPAddress, string> _namespaces = [];
    private byte _last = 1;

    private NamespaceNetwork(int processId, byte subnet)
    {
        _id = processId.ToString(CultureInfo.InvariantCulture);
        _bridge = $"ec{_id}b";
        _subnet = subnet;
    }

    public IPAddress Host => Address(1);

    public string? Subnet => $"198.18.{_subnet}.0/24";

    public bool CanCut => true;

    /// <exception cref="EngineFailedException">Not root, or no <c>ip</c>, or the kernel has no bridges.</exception>
    public static async Task<NamespaceNetwork> CreateAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new EngineFailedException(
                "Cutting connections needs network namespaces, and those need root. Run as root, or leave 'partition' out of --faults.");
        }

        await RemoveLeftoversAsync(cancellationToken);
        // The range for measurements (RFC 2544), which no real network uses; one of its networks for each run.
        var network = new NamespaceNetwork(Environment.ProcessId, await FindSubnetAsync(cancellationToken));
        try
        {
            await Ip(cancellationToken, "link", "add", network._bridge, "type", "bridge");
            await Ip(cancellationToken, "addr", "add", $"{network.Host}/24", "dev", network._bridge);
            await Ip(cancellationToken, "link", "set", network._bridge, "up");
            return network;
        }
        catch (EngineFailedException e)
        {
            await network.DisposeAsync();
            throw new EngineFailedException($"Network namespaces cannot be made here, so nothing can be cut: {e.Message}");
        }
    }

    public async Task<NetworkPlace> AddAsync(string process, CancellationToken cancellationToken)
    {
        var address = Address(++_last);
        var name = $"{NamePrefix}{_id}-{_last}";
        var cable = $"ec{_id}v{_last}";
        await Ip(cancellationToken, "netns", "add", name);
        _namespaces[address] = name;
        await Ip(cancellationToken, "link", "add", cable, "type", "veth", "peer", "name", Interface, "netns", name);
        await Ip(cancellationToken, "link", "set", cable, "master", _bridge, "up");
        await Ip(cancellationToken, "-n", name, "addr", "add", $"{address}/24", "dev", Interface);
        await Ip(cancellationToken, "-n", name, "link", "set", Interface, "up");
        await Ip(cancellationToken, "-n", name, "link", "set", "lo", "up");
        return new NetworkPlace(address, ["ip", "netns", "exec", name]);
    }

    public async Task CutAsync(IPAddress one, IPAddress other, CancellationToken cancellationToken)
    {
        foreach (var (at, to) in BothWays(one, other))
            await Ip(cancellationToken, [.. Place(at), "neigh", "replace", $"{to}", "lladdr", Nobody, "nud", "permanent", "dev", Device(at)]);
    }

    public async Task HealAsync(IPAddress one, IPAddress other, CancellationToken cancellationToken)
    {
        // Deleting the entry makes the next packet ask for the address again.
        foreach (var (at, to) in BothWays(one, other))
            await SystemCommand.TryAsync("ip", [.. Place(at), "neigh", "del", $"{to}", "dev", Device(at)], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _namespaces.Values) await SystemCommand.TryAsync("ip", ["netns", "del", name], CancellationToken.None);
        await SystemCommand.TryAsync("ip", ["link", "del", _bridge], CancellationToken.None);
    }

    private static IEnumerable<(IPAddress At, IPAddress To)> BothWays(IPAddress one, IPAddress other) => [(one, other), (other, one)];

    private IPAddress Address(byte last) => new([198, 18, _subnet, last]);

    private string[] Place(IPAddress address) => _namespaces.TryGetValue(address, out var name) ? ["-n", name] : [];

    private string Device(IPAddress address) => _namespaces.ContainsKey(address) ? Interface : _bridge;

    /// <summary>Names carry the process that made them: those whose process is gone are left from a run that was killed.</summary>
    private static async Task RemoveLeftoversAsync(CancellationToken cancellationToken)
    {
        var (_, listed, _) = await SystemCommand.TryAsync("ip", ["netns", "list"], cancellationToken);
        var dead = new HashSet<string>();
        foreach (var name in listed.Split('\n').Select(l => l.Split(' ')[0]).Where(n => n.StartsWith(NamePrefix, StringComparison.Ordinal)))
        {
            var process = name[NamePrefix.Length..].Split('-')[0];
            if (Directory.Exists($"/proc/{process}")) continue;
            dead.Add(process);
            await SystemCommand.TryAsync("ip", ["netns", "del", name], cancellationToken);
        }

        foreach (var process in dead) await SystemCommand.TryAsync("ip", ["link", "del", $"ec{process}b"], cancellationToken);
    }

    private static async Task<byte> FindSubnetAsync(CancellationToken cancellationToken)
    {
        var taken = await SystemCommand.RunAsync("ip", ["-4", "addr"], cancellationToken);
        var first = Environment.ProcessId % 250;
        for (var i = 0; i < 250; i++)
        {
            var candidate = (byte)((first + i) % 250);
            if (!taken.Contains($" 198.18.{candidate}.", StringComparison.Ordinal)) return candidate;
        }

        throw new EngineFailedException("No network of 198.18.0.0/16 is free.");
    }

    private static Task<string> Ip(CancellationToken cancellationToken, params string[] arguments) =>
        SystemCommand.RunAsync("ip", arguments, cancellationToken);
}
