using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Engine.Testing.Postgres;

/// <summary>
/// A PostgreSQL server of its own for a test or a measurement: a new cluster in a temporary directory, on a loopback port, with
/// full durability, gone when it is disposed of.
/// </summary>
/// <remarks>
/// The server must not outlive whoever started it, not even after SIGKILL. So it runs under a shell that waits for the end of its
/// own input: the pipe ends with this process, whatever ended it, and the shell then stops the server. PostgreSQL refuses to run
/// as root; root becomes the user <c>postgres</c> that the packages make. The port must stay this server's from the moment it is
/// chosen, over the seconds that a new cluster takes to be made and while the server is down: a socket that never listens
/// stays bound to it, so that the system gives it to nobody else, while the server, which names it, may bind it too.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Guard =
        "exec 3<&0 >>\"$0\" 2>&1; \"$@\" </dev/null & server=$!; (read -r line <&3; kill -QUIT \"$server\") 2>/dev/null & wait \"$server\"";

    private static int _databases;
    private readonly PostgresServerOptions _options;
    private readonly string _directory;
    private readonly Socket? _portHolder;
    private Process? _process;

    private PostgresServer(PostgresServerOptions options, string directory)
    {
        _options = options;
        _directory = directory;
        Port = options.Port;
        if (Port > 0) return;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(options.Address), 0));
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        if (OperatingSystem.IsLinux()) _portHolder = socket;
        else socket.Dispose();
    }

    public int Port { get; }

    /// <summary>The superuser's way into the database <c>postgres</c>. Without a password: the server listens on loopback only.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    /// <summary>The server's log so far.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>The postmaster's process.</summary>
    public int ProcessId => int.Parse(
        File.ReadLines(Path.Combine(DataDirectory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Where its files are.</summary>
    public string DataDirectory => Path.Combine(_directory, "data");

    private string LogFile => Path.Combine(_directory, "log");

    /// <exception cref="InvalidOperationException">There are no binaries of PostgreSQL, or it did not start.</exception>
    public static async Task<PostgresServer> StartAsync(PostgresServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PostgresServerOptions();
        var directory = Directory.CreateTempSubdirectory("engine-postgres-").FullName;
        var server = new PostgresServer(options, directory);
        try
        {
            if (PostgresTools.IsRoot) await PostgresTools.RunAsync("chown", ["postgres:", directory], cancellationToken);
            await PostgresTools.RunAsync(
                "initdb", ["-D", server.DataDirectory, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], cancellationToken);
            if (options.TrustedNetwork is { } network)
                await File.AppendAllTextAsync(Path.Combine(server.DataDirectory, "pg_hba.conf"), $"host all all {network} trust\n", cancellationToken);
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string ConnectionStringOf(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _options.Address,
        Port = Port,
        Username = "postgres",
        Database = database,
    }.ConnectionString;

    /// <summary>Makes an empty database and returns the way into it.</summary>
    /// <param name="name">Null: a name of its own.</param>
    public async Task<string> CreateDatabaseAsync(string? name = null, CancellationToken cancellationToken = default)
    {
        name ??= string.Create(CultureInfo.InvariantCulture, $"db{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionStringOf(name);
    }

    /// <summary>Runs a tool of PostgreSQL against this server, for instance pg_dump or psql.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> RunToolAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken = default) =>
        PostgresTools.RunAsync(
            tool,
            ["-h", _options.Address, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", .. arguments],
            cancellationToken);

    /// <summary>Stops the server as a crash would: no checkpoint, connections cut; it recovers at the next start.</summary>
    public Task StopImmediatelyAsync(CancellationToken cancellationToken = default) => StopAsync("-QUIT", cancellationToken);

    /// <summary>Stops the server in order; open connections are ended.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => StopAsync("-INT", cancellationToken);

    /// <summary>Starts the stopped server on the same port and data, and returns when it takes connections.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        if (_process is not null) throw new InvalidOperationException("The server runs.");
        string[] settings =
        [
            $"listen_addresses={_options.Address}", $"port={Port}", $"unix_socket_directories={_directory}", "max_connections=400",
            "shared_buffers=256MB", "logging_collector=off", "timezone=UTC", .. _options.Settings,
        ];
        var (file, arguments) = PostgresTools.AsPostgres(
            "sh",
            ["-c", Guard, LogFile, PostgresTools.Find("postgres"), "-D", DataDirectory, .. settings.SelectMany(s => new[] { "-c", s })]);
        var start = new ProcessStartInfo(file) { RedirectStandardInput = true, WorkingDirectory = _directory };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException("PostgreSQL cannot be started.");
        await WaitUntilReadyAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await StopImmediatelyAsync();
        _portHolder?.Dispose();
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A last process of the server may still hold a file; the directory is a temporary one.
        }
    }

    private async Task StopAsync(string signal, CancellationToken cancellationToken)
    {
        if (_process is not { } process) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.Patience);
        if (!process.HasExited)
        {
            if (File.Exists(Path.Combine(DataDirectory, "postmaster.pid")))
                await PostgresTools.RunAsync("kill", [signal, ProcessId.ToString(CultureInfo.InvariantCulture)], patience.Token);
            else
                process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
        }

        process.Dispose();
        _process = null;
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.Patience);
        while (true)
        {
            if (_process!.HasExited) throw new InvalidOperationException($"PostgreSQL ended at its start: {Log}");
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=60");
                await connection.OpenAsync(patience.Token);
                return;
            }
            catch (NpgsqlException) when (!patience.IsCancellationRequested)
            {
                // Not yet.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new InvalidOperationException($"PostgreSQL was not ready in time: {Log}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
