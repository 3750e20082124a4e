using System.Text.Json;

namespace Engine.Interop.Tests;

/// <summary>Starts the real engine, runs a client script against it once, and keeps what the script printed.</summary>
public abstract class ClientFixture : IAsyncLifetime
{
    private static readonly TimeSpan ScriptMax = TimeSpan.FromMinutes(15);
    private readonly TemporaryDirectory _directory = new();

    /// <summary>A field for each scenario.</summary>
    public JsonElement Seen { get; private set; }

    protected string Scratch => _directory.FullPath;

    public async Task InitializeAsync()
    {
        var (program, arguments) = await PrepareAsync();
        await using var engine = await EngineProcess.StartAsync(_directory.File("data"));
        var result = await Command.RunAsync(
            program,
            arguments(engine.Address.Authority),
            ScriptMax,
            new Dictionary<string, string?> { ["ENGINE_KEY"] = engine.AdminKey });
        Assert.True(result.ExitCode == 0, result.ToString());
        Seen = JsonDocument.Parse(result.Output).RootElement;
    }

    public Task DisposeAsync()
    {
        _directory.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The script's program, and its arguments for an engine's HOST:PORT.</summary>
    protected abstract Task<(string Program, Func<string, string[]> Arguments)> PrepareAsync();
}
