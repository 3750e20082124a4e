using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Engine.Silo.Tests.Processes;

/// <summary>The real engine in a process of its own, as an operator starts it.</summary>
public sealed class EngineProcess : IAsyncDisposable
{
    private const string Announcement = "Listening on ";
    private const string HealthAnnouncement = "Health over HTTP on ";
    private const string LastOfNotice = "Ctrl-C stops it.";

    /// <summary>Limits of the engine that a slow machine would meet, as far out as it lets them be set.</summary>
    private static readonly Dictionary<string, string> SlowMachine = new()
    {
        ["ENGINE_DRAIN_TIMEOUT"] = "600", ["ENGINE_API_LIST_WAIT_MS"] = "20000",
    };

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private Uri? _announced;
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EngineProcess(Process process, string dataDirectory)
    {
        _process = process;
        DataDirectory = dataDirectory;
    }

    /// <summary>The engine that was built together with this test.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "engine.dll");

    public string DataDirectory { get; }

    /// <summary>Where it tells health over HTTP, when it was asked to.</summary>
    public Uri HealthAddress => new(
        _output.First(static line => line.StartsWith(HealthAnnouncement, StringComparison.Ordinal))[HealthAnnouncement.Length..]);

    public Uri Address => _listening.Task.Result;

    public int Id => _process.Id;

    public string AdminKey => File.ReadAllText(Path.Combine(DataDirectory, "admin.key")).Trim();

    /// <summary>Everything printed so far, both outputs.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts an engine on a free port and waits until it listens.</summary>
    /// <param name="wrapper">A program, with its arguments, that starts the engine, such as a tracer.</param>
    public static async Task<EngineProcess> StartAsync(
        string dataDirectory,
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        IReadOnlyList<string>? wrapper = null)
    {
        var engine = Launch(dataDirectory, arguments, environment, wrapper);
        try
        {
            await engine._listening.Task.WaitAsync(Limits.Patience);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs an engine command to its end.</summary>
    public static Task<CommandResult> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null, string? input = null) =>
        Command.RunAsync("dotnet", [Assembly, .. arguments], Limits.Patience, environment, directory, input);

    /// <summary>Waits until it listens.</summary>
    public Task ListensAsync() => _listening.Task.WaitAsync(Limits.Patience);

    /// <summary>Kills it as a power cut would: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Limits.Patience);
    }

    /// <summary>Sends a signal by its name, such as INT.</summary>
    public async Task SignalAsync(string signal)
    {
        var sent = await Command.RunAsync("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)], Limits.Patience);
        Assert.Equal(0, sent.ExitCode);
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limits.Patience);
        return _process.ExitCode;
    }

    /// <summary>Stops it as an operator would, and returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    /// <summary>Starts an engine and does not wait for it.</summary>
    public static EngineProcess Launch(
        string dataDirectory,
        IEnumerable<string>? arguments = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        IReadOnlyList<string>? wrapper = null)
    {
        IReadOnlyList<string> command =
        [
            .. wrapper ?? [], "dotnet", Assembly, "run", "--data-dir", dataDirectory, "--listen", "127.0.0.1:0", .. arguments ?? [],
        ];
        // Who runs the tests in a shell's background has SIGINT ignored, and so would the engine.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in SlowMachine)
            start.Environment[name] = value;
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        var engine = new EngineProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, dataDirectory);
        engine._process.OutputDataReceived += (_, line) => engine.OnLine(line.Data);
        engine._process.ErrorDataReceived += (_, line) => engine.OnLine(line.Data);
        engine._process.Exited += (_, _) => engine.OnExited();
        engine._process.Start();
        engine._process.StandardInput.Close();
        engine._process.BeginOutputReadLine();
        engine._process.BeginErrorReadLine();
        return engine;
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (line.StartsWith(Announcement, StringComparison.Ordinal))
            _announced = new Uri(line[Announcement.Length..]);
        // What the start says of itself has been read as a whole then.
        else if (line == LastOfNotice && _announced is { } address)
            _listening.TrySetResult(address);
    }

    private void OnExited() =>
        _listening.TrySetException(new InvalidOperationException($"The engine ended with {_process.ExitCode} before it listened:\n{Output}"));
}
