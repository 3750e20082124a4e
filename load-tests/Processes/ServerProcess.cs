using System.Diagnostics;

namespace Engine.LoadTests.Processes;

/// <summary>
/// A server in a process of its own that says <c>Listening on URL</c> when it is ready, and is killed with its children at the
/// end at the latest.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "Listening on ";
    private const int TailLinesMax = 40;

    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    private ServerProcess(Process process, string name)
    {
        _process = process;
        _name = name;
        process.OutputDataReceived += (_, e) => OnLine(e.Data);
        process.ErrorDataReceived += (_, e) => OnLine(e.Data);
    }

    public int Id => _process.Id;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <param name="assembly">A .NET program.</param>
    /// <exception cref="EngineFailedException">It ended, or did not begin to listen in time.</exception>
    public static async Task<ServerProcess> StartAsync(
        string name, string assembly, IReadOnlyList<string> arguments, TimeSpan timeout, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(DotnetHost.Path)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(assembly);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        var process = Process.Start(start) ?? throw new EngineFailedException($"{name} cannot be started.");
        var server = new ServerProcess(process, name);
        try
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await server.WaitUntilListeningAsync(timeout, time, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: the process gets no chance to write anything more.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <exception cref="EngineFailedException">It has ended by itself.</exception>
    public void ThrowIfEnded()
    {
        if (_process.HasExited) throw Failure($"ended by itself with exit code {_process.ExitCode}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await KillAsync();
        _process.Dispose();
    }

    private async Task WaitUntilListeningAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var ended = _process.WaitForExitAsync(cancellationToken);
        var late = Task.Delay(timeout, time, cancellationToken);
        var first = await Task.WhenAny(_listening.Task, ended, late);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == ended) throw Failure($"ended with exit code {_process.ExitCode} before it listened");
        if (first == late) throw Failure($"did not listen within {timeout.TotalSeconds:0} s");
        Address = await _listening.Task;
    }

    private void OnLine(string? line)
    {
        if (line is null) return;
        lock (_tail)
        {
            _tail.Enqueue(line);
            if (_tail.Count > TailLinesMax) _tail.Dequeue();
        }

        var at = line.IndexOf(Announcement, StringComparison.Ordinal);
        if (at < 0) return;
        var text = line[(at + Announcement.Length)..].Trim().TrimEnd('.');
        if (Uri.TryCreate(text.Split(' ')[0], UriKind.Absolute, out var uri)) _listening.TrySetResult(uri);
    }

    private EngineFailedException Failure(string what)
    {
        lock (_tail)
        {
            var tail = _tail.Count == 0 ? "" : $" Its last lines:{Environment.NewLine}{string.Join(Environment.NewLine, _tail)}";
            return new EngineFailedException($"{_name} {what}.{tail}");
        }
    }
}
