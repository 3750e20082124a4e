using System.Diagnostics;
using System.Globalization;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>
/// A process of the cluster, with the supervisor that an operator's machine has: what ends without having been told to is
/// started anew after a moment.
/// </summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    private const string Announcement = "Listening on ";
    private const int TailBytes = 4_096;

    /// <summary>As long as systemd would wait with <c>RestartSec=1</c>.</summary>
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly ProcessPlan _plan;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<ProcessExit> _exits = [];
    private readonly CancellationTokenSource _ending = new();
    private Process? _process;
    private Task _supervision = Task.CompletedTask;
    private bool _wanted;
    private bool _killed;
    private long _logBegin;
    private volatile bool _listening;

    public SupervisedProcess(ProcessPlan plan, TimeProvider time)
    {
        _plan = plan;
        _time = time;
    }

    public string Name => _plan.Name;

    public ProcessPlan Plan => _plan;

    public Uri Address => new($"http://{_plan.Listens}");

    /// <summary>Null while there is no process.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_lock) return _process is { HasExited: false } process ? process.Id : null;
        }
    }

    /// <summary>Whether it runs and has said that it listens.</summary>
    public bool Serves => _listening && ProcessId is not null;

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    public IReadOnlyList<ProcessExit> Exits
    {
        get
        {
            lock (_lock) return [.. _exits];
        }
    }

    /// <summary>Starts it, and keeps it running from now on. Does not wait until it serves.</summary>
    public async Task StartAsync()
    {
        _wanted = true;
        await LaunchAsync();
        _supervision = SuperviseAsync();
    }

    /// <exception cref="EngineFailedException">It does not serve in time.</exception>
    public async Task WaitUntilServingAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begin = _time.GetTimestamp();
        while (!Serves)
        {
            if (_time.GetElapsedTime(begin) > timeout)
            {
                throw new EngineFailedException(string.Create(
                    CultureInfo.InvariantCulture, $"{Name} did not listen within {timeout.TotalSeconds:0} s. Its last lines:\n{Tail()}"));
            }

            await Task.Delay(Tick, _time, cancellationToken);
        }
    }

    /// <summary>SIGKILL; the supervisor starts it anew.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            _killed = true;
            _listening = false;
            if (_process is { HasExited: false } process) process.Kill();
        }
    }

    /// <summary>SIGKILL, and no new start.</summary>
    public async Task HaltAsync()
    {
        _wanted = false;
        Kill();
        await _supervision;
    }

    /// <summary>SIGSTOP.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => SignalAsync("STOP", cancellationToken);

    /// <summary>SIGCONT.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken) => SignalAsync("CONT", cancellationToken);

    /// <summary>SIGTERM, and no new start. What does not end in time is killed.</summary>
    /// <returns>Whether it ended by itself with exit code 0.</returns>
    public async Task<bool> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _wanted = false;
        await SignalAsync("TERM", cancellationToken);
        var late = Task.Delay(timeout, _time, cancellationToken);
        var inTime = await Task.WhenAny(_supervision, late) == _supervision;
        cancellationToken.ThrowIfCancellationRequested();
        if (!inTime) Kill();
        await _supervision;
        return inTime && Exits[^1].ExitCode == 0;
    }

    /// <summary>The end of its log, for messages.</summary>
    public string Tail()
    {
        try
        {
            using var stream = new FileStream(_plan.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Position = Math.Max(_logBegin, stream.Length - TailBytes);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _wanted = false;
        await _ending.CancelAsync();
        Kill();
        await _supervision;
        _ending.Dispose();
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        if (ProcessId is not { } id) return;
        // It may end in this moment, which is no failure of the run.
        await SystemCommand.TryAsync("kill", [$"-{signal}", id.ToString(CultureInfo.InvariantCulture)], cancellationToken);
    }

    private async Task LaunchAsync()
    {
        _logBegin = File.Exists(_plan.LogFile) ? new FileInfo(_plan.LogFile).Length : 0;
        var process = await ProcessLauncher.StartAsync(_plan.Command, _plan.Environment, _plan.LogFile);
        Starts++;
        lock (_lock)
        {
            _killed = false;
            _process = process;
        }
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            var process = _process!;
            var exited = process.WaitForExitAsync();
            while (!exited.IsCompleted && !_listening)
            {
                _listening = Announced();
                await Task.WhenAny(exited, Task.Delay(Tick, _time));
            }

            await exited;
            lock (_lock)
            {
                _exits.Add(new ProcessExit(Name, _time.GetTimestamp(), process.ExitCode, _killed || !_wanted, _listening));
                _listening = false;
                _process = null;
                process.Dispose();
            }

            try
            {
                if (_wanted) await Task.Delay(RestartDelay, _time, _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (!_wanted) return;
            await LaunchAsync();
        }
    }

    private bool Announced()
    {
        if (!File.Exists(_plan.LogFile)) return false;
        using var stream = new FileStream(_plan.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Min(_logBegin, stream.Length);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Contains(Announcement, StringComparison.Ordinal);
    }
}
