namespace Engine.LoadTests.Processes;

/// <summary>An engine started for this run: a process of its own, on a folder and a port of its own.</summary>
internal sealed class OwnEngine : IAsyncDisposable
{
    private const string KeyFile = "admin.key";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);

    private readonly string _assembly;
    private readonly TimeProvider _time;
    private readonly bool _keepsFiles;
    private readonly IReadOnlyList<string> _more;
    private ServerProcess _process;

    private OwnEngine(
        string assembly, string dataDirectory, bool keepsFiles, IReadOnlyList<string> more, TimeProvider time, ServerProcess process)
    {
        _more = more;
        _assembly = assembly;
        DataDirectory = dataDirectory;
        _keepsFiles = keepsFiles;
        _time = time;
        _process = process;
    }

    public string DataDirectory { get; }

    public Uri Address => _process.Address;

    public int ProcessId => _process.Id;

    /// <param name="assembly">The engine's program.</param>
    /// <param name="parent">Where its folder is made; null: the system's folder for temporary files.</param>
    /// <param name="keepsFiles">Leave the folder there at the end.</param>
    /// <exception cref="EngineFailedException">It did not start.</exception>
    public static Task<OwnEngine> StartAsync(
        string assembly, string? parent, bool keepsFiles, TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(assembly, parent, keepsFiles, [], time, cancellationToken);

    /// <param name="assembly">The engine's program.</param>
    /// <param name="parent">Where its folder is made; null: the system's folder for temporary files.</param>
    /// <param name="keepsFiles">Leave the folder there at the end.</param>
    /// <param name="more">Arguments besides the folder and where it listens.</param>
    /// <exception cref="EngineFailedException">It did not start.</exception>
    public static async Task<OwnEngine> StartAsync(
        string assembly, string? parent, bool keepsFiles, IReadOnlyList<string> more, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(parent ?? Path.GetTempPath(), $"engine-load-{Guid.NewGuid():n}");
        Directory.CreateDirectory(folder);
        try
        {
            var process = await LaunchAsync(assembly, folder, more, time, cancellationToken);
            return new OwnEngine(assembly, folder, keepsFiles, more, time, process);
        }
        catch when (!keepsFiles)
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>The key that the engine wrote for whoever reads its files.</summary>
    /// <exception cref="EngineFailedException">There is none.</exception>
    public async Task<string> ReadAdminKeyAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(DataDirectory, KeyFile);
        return File.Exists(path)
            ? (await File.ReadAllTextAsync(path, cancellationToken)).Trim()
            : throw new EngineFailedException($"The engine listens but wrote no key to {path}.");
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again on the same files; the address changes.</summary>
    /// <exception cref="EngineFailedException">It did not start.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _process.DisposeAsync();
        _process = await LaunchAsync(_assembly, DataDirectory, _more, _time, cancellationToken);
    }

    /// <exception cref="EngineFailedException">It has ended by itself.</exception>
    public void ThrowIfEnded() => _process.ThrowIfEnded();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (!_keepsFiles) Directory.Delete(DataDirectory, recursive: true);
    }

    private static Task<ServerProcess> LaunchAsync(
        string assembly, string folder, IReadOnlyList<string> more, TimeProvider time, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(
            "The engine", assembly, ["--data-dir", folder, "--listen", "127.0.0.1:0", .. more], StartTimeout, time, cancellationToken);
}
