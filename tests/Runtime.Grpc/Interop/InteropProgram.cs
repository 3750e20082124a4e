using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>A client or server of another language, as a process that ends with the test.</summary>
public sealed class InteropProgram : IAsyncDisposable
{
    /// <summary>For a program to begin, or to do all of its cases.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private InteropProgram(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <param name="missing">What to say when the program is not there.</param>
    public static InteropProgram Start(
        string missing, string program, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new InteropProgram(Process.Start(start)!);
        }
        catch (Win32Exception)
        {
            Assert.Fail(missing);
            throw;
        }
    }

    /// <summary>The repository's file.</summary>
    public static string FileOf(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Engine.sln")))
            {
                return Path.Combine([folder.FullName, .. path]);
            }
        }

        throw new InvalidOperationException("The tests run outside of the repository.");
    }

    /// <summary>Waits for its end, which has to be a good one; returns what it printed.</summary>
    public async Task<string> OutputAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var output = _process.StandardOutput.ReadToEndAsync(limit.Token);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            Assert.Fail($"Not done within {Limit}\n{await _errors}");
        }

        var text = await output;
        Assert.True(_process.ExitCode == 0, $"{text}\n{await _errors}");
        return text;
    }

    /// <summary>For clients that print a line of JSON for each case.</summary>
    public async Task<Dictionary<string, string?>> OutcomesAsync() => (await OutputAsync())
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .ToDictionary(e => e.GetProperty("case").GetString()!, e => e.GetProperty("wrong").GetString());

    /// <summary>For servers that print the port they listen on.</summary>
    public async Task<Uri> AddressAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        return int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new Uri($"http://127.0.0.1:{port}")
            : throw new InvalidOperationException($"No port but: {line}\n{await _errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
