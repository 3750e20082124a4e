using System.Globalization;
using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Ports of test clusters. Gateways take free ones, which are kept when a silo is restarted.</summary>
internal static class TestPorts
{
    private static int LastSilo = 20_000;

    public static int NextSiloPort() => Interlocked.Increment(ref LastSilo);

    public static void Configure(ISiloBuilder silo, string siloName, string clusterId, string serviceId, int siloPort, int gatewayPort)
    {
        silo.UseLocalhostClustering(siloPort, gatewayPort, null, serviceId, clusterId);
        silo.Configure<SiloOptions>(options => options.SiloName = siloName);
        silo.Configure<EndpointOptions>(options => options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Loopback, gatewayPort));
    }

    public static string NewClusterId() => string.Create(CultureInfo.InvariantCulture, $"testcluster-{Guid.NewGuid():N}");

    public static void CheckCount(int silos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(silos, 1);
        if (silos > 1)
            throw new NotSupportedException($"The builtin runtime runs one silo, not {silos}: clusters of several come later.");
    }
}
