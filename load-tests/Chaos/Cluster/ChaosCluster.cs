using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Network;
using Engine.LoadTests.Processes;
using Engine.Testing.Postgres;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>
/// An engine as an operator would run it - PostgreSQL, silos, gateways - in processes of its own, each under a supervisor, and
/// all gone at the end, however this one ends.
/// </summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    private const string KeyFile = "admin.key";
    private const int NamespacePort = 5050;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(10);

    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly string _assembly;
    private readonly string _masterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly IClusterNetwork _network;
    private readonly List<SupervisedProcess> _all = [];
    private readonly Dictionary<SupervisedProcess, IPAddress> _addresses = [];
    private readonly List<SupervisedProcess> _gateways = [];
    private readonly List<EngineApi> _clients = [];
    private readonly HashSet<int> _ports = [];
    // Replaced, never changed: faults go through it while others change it.
    private volatile IReadOnlyList<SupervisedProcess> _silos = [];
    private string? _database;
    private int _siloNumber;

    private ChaosCluster(ClusterOptions options, string assembly, string folder, IClusterNetwork network, TimeProvider time)
    {
        _options = options;
        _assembly = assembly;
        _network = network;
        _time = time;
        Folder = folder;
    }

    /// <summary>Logs and files of the processes.</summary>
    public string Folder { get; }

    public IReadOnlyList<SupervisedProcess> Silos => _silos;

    public IReadOnlyList<SupervisedProcess> Gateways => _gateways;

    /// <summary>All there ever were.</summary>
    public IReadOnlyList<SupervisedProcess> All => _all;

    /// <summary>Null with SQLite.</summary>
    public PostgresServer? Postgres { get; private set; }

    /// <summary>The way into the engine's database; null with SQLite.</summary>
    public string? ConnectionString => _database;

    public IClusterNetwork Network => _network;

    /// <summary>One for each process that serves the API.</summary>
    public IReadOnlyList<EngineApi> Clients => _clients;

    public string AdminKey { get; private set; } = "";

    /// <exception cref="EngineFailedException">Something does not start.</exception>
    public static async Task<ChaosCluster> StartAsync(
        ClusterOptions options, TextWriter progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var assembly = options.EngineAssembly ?? await EngineBinary.BuildAsync(progress, cancellationToken);
        IClusterNetwork network = options.CanCut ? await NamespaceNetwork.CreateAsync(cancellationToken) : new LoopbackNetwork();
        var folder = Path.Combine(options.Parent ?? Path.GetTempPath(), $"engine-chaos-{Guid.NewGuid():n}");
        Directory.CreateDirectory(folder);
        var cluster = new ChaosCluster(options, Path.GetFullPath(assembly), folder, network, time);
        try
        {
            await cluster.StartAllAsync(progress, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public IPAddress AddressOf(SupervisedProcess process) => _addresses[process];

    /// <summary>One more, which serves when this returns.</summary>
    public async Task<SupervisedProcess> AddSiloAsync(CancellationToken cancellationToken)
    {
        var silo = await MakeSiloAsync(cancellationToken);
        await silo.StartAsync();
        _silos = [.. _silos, silo];
        await silo.WaitUntilServingAsync(StartTimeout, cancellationToken);
        return silo;
    }

    /// <summary>Told to stop, and not started again.</summary>
    /// <returns>Whether it ended in order.</returns>
    public async Task<bool> RemoveSiloAsync(SupervisedProcess silo, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _silos = [.. _silos.Where(s => s != silo)];
        return await silo.DrainAsync(timeout, cancellationToken);
    }

    /// <exception cref="EngineFailedException">One does not come back.</exception>
    public async Task WaitUntilServingAsync(CancellationToken cancellationToken)
    {
        foreach (var process in _silos.Concat(_gateways).ToList())
            await process.WaitUntilServingAsync(StartTimeout, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await Task.WhenAll(_all.Select(p => p.DisposeAsync().AsTask()));
        if (Postgres is { } postgres) await postgres.DisposeAsync();
        await _network.DisposeAsync();
        if (!_options.KeepsLogs) Directory.Delete(Folder, recursive: true);
    }

    private async Task StartAllAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        if (!_options.UsesSqlite)
        {
            await progress.WriteLineAsync("Starting PostgreSQL.");
            Postgres = await PostgresServer.StartAsync(
                new PostgresServerOptions { Address = _network.Host.ToString(), TrustedNetwork = _network.Subnet }, cancellationToken);
            _database = await Postgres.CreateDatabaseAsync("engine", cancellationToken);
        }

        await progress.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Starting {_options.Silos} silos and {_options.Gateways} gateways; logs in {Folder}."));
        // The first makes the workspace and its key; the others then find both.
        await AddSiloAsync(cancellationToken);
        AdminKey = await ReadKeyAsync(_silos[0], cancellationToken);
        for (var i = 1; i < _options.Silos; i++)
        {
            var silo = await MakeSiloAsync(cancellationToken);
            await silo.StartAsync();
            _silos = [.. _silos, silo];
        }

        for (var i = 1; i <= _options.Gateways; i++)
        {
            var gateway = await MakeAsync($"gateway-{i}", "gateway", null, cancellationToken);
            await gateway.StartAsync();
            _gateways.Add(gateway);
        }

        await WaitUntilServingAsync(cancellationToken);
        foreach (var process in _gateways.Count > 0 ? _gateways : _silos) _clients.Add(new EngineApi(process.Address));
        foreach (var client in _clients) await client.CheckAsync(AdminKey, _time, cancellationToken);
    }

    private Task<SupervisedProcess> MakeSiloAsync(CancellationToken cancellationToken)
    {
        var number = ++_siloNumber;
        return MakeAsync(
            string.Create(CultureInfo.InvariantCulture, $"silo-{number}"), _options.Gateways > 0 && !_options.SilosServe ? "silo" : "all",
            _options.Surroundings.GetValueOrDefault(number), cancellationToken);
    }

    private async Task<SupervisedProcess> MakeAsync(
        string name, string role, SiloSurroundings? surroundings, CancellationToken cancellationToken)
    {
        var place = await _network.AddAsync(name, cancellationToken);
        var endpoint = Endpoint(place, NamespacePort);
        // Kept over its lives, as an operator would: a new identity comes back at the old address.
        var siloEndpoint = role == "gateway" || _database is null ? null : Endpoint(place, NamespacePort + 1);
        var gatewayEndpoint = siloEndpoint is null ? null : Endpoint(place, NamespacePort + 2);
        string[] cluster =
        [
            .. _database is null ? (string[])[] : ["--role", role, "--postgres", _database, "--cluster-id", "chaos"],
            .. siloEndpoint is null ? (string[])[] : ["--silo-listen", $"{siloEndpoint}", "--gateway-listen", $"{gatewayEndpoint}"],
        ];
        var process = new SupervisedProcess(
            new ProcessPlan
            {
                Name = name,
                Command =
                [
                    .. place.Prefix, .. surroundings?.Prefix ?? [], DotnetHost.Path, _assembly, "run",
                    "--data-dir", Path.Combine(Folder, name), "--listen", $"{endpoint}", .. cluster, .. _options.Arguments,
                ],
                Environment = new Dictionary<string, string>(surroundings?.Environment ?? new Dictionary<string, string>())
                {
                    ["ENGINE_MASTER_KEY"] = _masterKey,
                },
                LogFile = Path.Combine(Folder, $"{name}.log"),
                Listens = endpoint,
                SiloListens = siloEndpoint,
                GatewayListens = gatewayEndpoint,
            },
            _time);
        _all.Add(process);
        _addresses[process] = place.Address;
        return process;
    }

    private IPEndPoint Endpoint(NetworkPlace place, int own)
    {
        var port = _network.CanCut ? own : FreePort.Find(_ports);
        _ports.Add(port);
        return new IPEndPoint(place.Address, port);
    }

    private async Task<string> ReadKeyAsync(SupervisedProcess first, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, first.Name, KeyFile);
        return File.Exists(path)
            ? (await File.ReadAllTextAsync(path, cancellationToken)).Trim()
            : throw new EngineFailedException($"{first.Name} listens but wrote no key to {path}.");
    }
}
