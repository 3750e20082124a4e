using System.Globalization;
using Engine.LoadTests.Chaos.Cluster;

namespace Engine.LoadTests.Scaling;

/// <summary>Open connections by what they lead to, each counted at the end that made it.</summary>
internal sealed class Connections
{
    private readonly Dictionary<int, int> _byRemotePort;

    private Connections(Dictionary<int, int> byRemotePort) => _byRemotePort = byRemotePort;

    public static async Task<Connections> ReadAsync(CancellationToken cancellationToken) =>
        Parse(await SystemCommand.RunAsync("ss", ["-tnH", "state", "established"], cancellationToken));

    /// <param name="text">Lines of <c>ss</c>: two queues, the local and the remote address.</param>
    internal static Connections Parse(string text) => new(
        text.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length >= 4)
            .Select(words => words[3][(words[3].LastIndexOf(':') + 1)..])
            .Where(port => int.TryParse(port, CultureInfo.InvariantCulture, out _))
            .GroupBy(port => int.Parse(port, CultureInfo.InvariantCulture))
            .ToDictionary(group => group.Key, group => group.Count()));

    public int To(IEnumerable<int> ports) => ports.Sum(port => _byRemotePort.GetValueOrDefault(port));
}
