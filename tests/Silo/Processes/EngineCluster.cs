using Engine.Testing.Postgres;

namespace Engine.Silo.Tests.Processes;

/// <summary>Several processes of the engine on one PostgreSQL of their own, as an operator starts them.</summary>
public sealed class EngineCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<EngineProcess> _processes = [];
    private readonly string _masterKey = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    private EngineCluster(PostgresServer database, string connectionString) => (Database, ConnectionString) = (database, connectionString);

    public PostgresServer Database { get; }

    public string ConnectionString { get; }

    /// <summary>What every process is given.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["ENGINE_POSTGRES"] = ConnectionString,
        ["ENGINE_MASTER_KEY"] = _masterKey,
    };

    /// <summary>The operator's key, from the process that was started first.</summary>
    public string OperatorKeyFile => Path.Combine(_processes[0].DataDirectory, "operator.key");

    /// <summary>The first administrator's key, wherever it was written.</summary>
    public string AdminKeyFile => Assert.Single(
        _processes.Select(process => Path.Combine(process.DataDirectory, "admin.key")).Distinct(), File.Exists);

    public string AdminKey => File.ReadAllText(AdminKeyFile).Trim();

    /// <summary>Starts a database without any process.</summary>
    public static async Task<EngineCluster> OpenAsync()
    {
        var database = await PostgresServer.StartAsync();
        try
        {
            return new EngineCluster(database, await database.CreateDatabaseAsync());
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a process with a data directory of its own, and waits until it listens.</summary>
    public async Task<EngineProcess> StartAsync(string role, params string[] arguments)
    {
        var process = await EngineProcess.StartAsync(
            _directory.File($"{role}-{Guid.NewGuid():N}"), ["--role", role, "--log-level", "information", .. arguments], Environment);
        lock (_processes)
            _processes.Add(process);
        return process;
    }

    /// <summary>Starts several at once.</summary>
    public async Task<IReadOnlyList<EngineProcess>> StartAsync(string role, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartAsync(role)));

    /// <summary>The API through one process.</summary>
    public EngineApi ApiOf(EngineProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new EngineApi(process.Address, AdminKey);
    }

    /// <summary>Options that let a command talk to a process.</summary>
    public IReadOnlyList<string> ClientOf(EngineProcess process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return ["--target", process.Address.Authority, "--key-file", AdminKeyFile, "--operator-key-file", OperatorKeyFile];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        await Database.DisposeAsync();
        _directory.Dispose();
    }
}
