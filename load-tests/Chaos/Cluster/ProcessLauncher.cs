using System.Collections.Concurrent;
using System.Diagnostics;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>
/// Starts processes that die with this one, whatever ends it: a run that is killed must not leave a cluster behind.
/// </summary>
/// <remarks>
/// The kernel sends the signal that <c>setpriv --pdeathsig</c> asks for when the <em>thread</em> that made the process ends. So
/// all are made by one thread that lives as long as this process; on a thread of the pool, which ends when it has nothing to
/// do, they would die at random. Output goes to a file through a shell that replaces itself, because reading the pipes of a
/// whole cluster would cost the load generator the processor that it measures with.
/// </remarks>
internal static class ProcessLauncher
{
    private const string IntoFile = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";
    private static readonly BlockingCollection<Action> Work = [];

    static ProcessLauncher() => new Thread(static () =>
    {
        foreach (var action in Work.GetConsumingEnumerable()) action();
    })
    { IsBackground = true, Name = "process launcher" }.Start();

    /// <param name="command">Program and arguments.</param>
    /// <param name="logFile">Gets what it prints, after what is there.</param>
    /// <exception cref="EngineFailedException">It cannot be started.</exception>
    public static Task<Process> StartAsync(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string logFile)
    {
        var start = new ProcessStartInfo("setpriv");
        foreach (var word in (string[])["--pdeathsig", "KILL", "sh", "-c", IntoFile, "sh", logFile, .. command])
            start.ArgumentList.Add(word);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        // Set by 'dotnet run' for this program.
        start.Environment.Remove("MSBUILD_EXE_PATH");

        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start) ?? throw new EngineFailedException($"{command[0]} cannot be started."));
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or EngineFailedException)
            {
                started.SetException(new EngineFailedException($"setpriv and {command[0]} cannot be started: {e.Message}"));
            }
        });
        return started.Task;
    }
}
