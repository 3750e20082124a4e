using System.Diagnostics;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>Keeps every core busy with processes that do nothing else, at the same priority as everybody.</summary>
internal sealed class Burners : IAsyncDisposable
{
    private readonly List<Process> _processes;

    private Burners(List<Process> processes) => _processes = processes;

    /// <param name="folder">For their logs, which stay empty.</param>
    public static async Task<Burners> StartAsync(string folder)
    {
        var processes = new List<Process>();
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            processes.Add(await ProcessLauncher.StartAsync(
                ["sh", "-c", "while :; do :; done"], new Dictionary<string, string>(), Path.Combine(folder, "burners.log")));
        }

        return new Burners(processes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
