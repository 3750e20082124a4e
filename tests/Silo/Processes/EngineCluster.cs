using Engine.Testing.Postgres;

namespace Engine.Silo.Tests.Processes;

/// <summary>Several processes of the engine on one database of their own, as an operator starts them.</summary>
/// <remarks>
/// A new server for each test costs seconds of every test. Only tests that do something to the server have one alone; the
/// others have a database each in one that is there for as long as the test process is.
/// </remarks>
public sealed class EngineCluster : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartSharedAsync);
    private readonly TemporaryDirectory _directory = new();
    private readonly bool _ownsDatabase;
    private readonly List<EngineProcess> _processes = [];
    private readonly string _masterKey = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    private EngineCluster(PostgresServer database, string connectionString, bool ownsDatabase) =>
        (Database, ConnectionString, _ownsDatabase) = (database, connectionString, ownsDatabase);

    public PostgresServer Database { get; }

    public string ConnectionString { get; }

    /// <summary>What every process is given.</summary>
    /// <remarks>By default a silo is dead after some seconds of silence; a machine that stands still for as long would kill one that no test has killed.</remarks>
    public Dictionary<string, string?> Environment => new()
    {
        ["ENGINE_DEAD_AFTER"] = "20",
        ["ENGINE_POSTGRES"] = ConnectionString,
        ["ENGINE_MASTER_KEY"] = _masterKey,
    };

    /// <summary>The operator's key, from the process that was started first.</summary>
    public string OperatorKeyFile => Path.Combine(_processes[0].DataDirectory, "operator.key");

    /// <summary>The first administrator's key, wherever it was written.</summary>
    public string AdminKeyFile => Assert.Single(
        _processes.Select(process => Path.Combine(process.DataDirectory, "admin.key")).Distinct(), File.Exists);

    public string AdminKey => File.ReadAllText(AdminKeyFile).Trim();

    /// <summary>A server that tests share, for those which only need an empty database.</summary>
    public static Task<PostgresServer> SharedDatabaseAsync() => Shared.Value;

    /// <summary>Makes an empty database in the shared server, without any process.</summary>
    public static async Task<EngineCluster> OpenAsync()
    {
        var database = await Shared.Value;
        return new EngineCluster(database, await database.CreateDatabaseAsync(), ownsDatabase: false);
    }

    /// <summary>Starts a server that the test may stop, without any process.</summary>
    public static async Task<EngineCluster> OpenAloneAsync()
    {
        var database = await PostgresServer.StartAsync();
        try
        {
            return new EngineCluster(database, await database.CreateDatabaseAsync(), ownsDatabase: true);
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
        if (_ownsDatabase)
            await Database.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var server = await PostgresServer.StartAsync();
        // Nothing later than this is told that the tests are over; killed, the server's guard ends it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return server;
    }
}
