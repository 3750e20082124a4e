using System.Globalization;
using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.Membership;

namespace Orleans.TestingHost;

/// <summary>Ports and membership of a test cluster. Every silo takes free ports, which are kept when it is restarted.</summary>
internal sealed class TestSilos
{
    private readonly MemoryMembershipTable _table = new(TimeProvider.System);

    public static string NewClusterId() => string.Create(CultureInfo.InvariantCulture, $"testcluster-{Guid.NewGuid():N}");

    public static void CheckCount(int silos) => ArgumentOutOfRangeException.ThrowIfLessThan(silos, 1);

    public void Configure(ISiloBuilder silo, string siloName, string clusterId, string serviceId, int siloPort, int gatewayPort)
    {
        silo.UseLocalhostClustering(siloPort, gatewayPort, null, serviceId, clusterId);
        MembershipServices.UseMemory(silo.Services, _table);
        silo.Configure<SiloOptions>(options => options.SiloName = siloName);
        silo.Configure<EndpointOptions>(options => options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Loopback, gatewayPort));
    }

    /// <summary>A silo that a test kills is known to be dead at once.</summary>
    public void Bury(InProcessSiloHandle dead, IEnumerable<InProcessSiloHandle> others)
    {
        _table.Leave(dead.SiloAddress);
        foreach (var silo in others.Where(static silo => silo.IsActive))
            silo.Membership.Hint();
    }

    /// <summary>Waits until all silos that are active know the same view and nobody else is in it.</summary>
    public static async Task Stabilize(IReadOnlyCollection<InProcessSiloHandle> silos)
    {
        var limit = TimeSpan.FromMinutes(5);
        var started = TimeProvider.System.GetTimestamp();
        while (!Agree(silos.Where(static silo => silo.IsActive).ToList()))
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                throw new TimeoutException($"The silos did not agree on who is alive within {limit:c}.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private static bool Agree(List<InProcessSiloHandle> active)
    {
        var expected = active.Select(static silo => silo.SiloAddress).ToHashSet();
        return active.TrueForAll(silo => silo.Topology.Ring.Silos.Count == expected.Count
            && silo.Topology.Ring.Silos.All(expected.Contains)
            && silo.Topology.View.Members.Length == expected.Count);
    }
}
