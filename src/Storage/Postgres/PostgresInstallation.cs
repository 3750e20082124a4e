using Npgsql;

namespace Engine.Storage.Postgres;

/// <summary>
/// What all processes on one database must agree upon before they work: which master key sealed the content, which clock
/// deadlines go by, who shows the first administrator's key. Whoever comes first says; everybody else is told.
/// </summary>
/// <remarks>
/// The table is made here rather than by a migration, because it is asked whether this process may touch the database at
/// all. Not for work that repeats: each call takes a connection of its own from a pool of one.
/// </remarks>
public sealed class PostgresInstallation : IAsyncDisposable
{
    // Any number that nothing else locks: "enginei" in ASCII.
    private const long LockKey = 0x656e67696e6569;

    private readonly NpgsqlDataSource _source;

    private PostgresInstallation(NpgsqlDataSource source) => _source = source;

    /// <summary>Connects, and makes the table when it is not there.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or refuses this user.</exception>
    public static async Task<PostgresInstallation> OpenAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 1, MinPoolSize = 0 };
        var source = NpgsqlDataSource.Create(settings);
        try
        {
            await MakeTableAsync(source, cancellationToken);
            return new PostgresInstallation(source);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>What was agreed upon, or null.</summary>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken = default)
    {
        await using var command = _source.CreateCommand("SELECT value FROM engine_installation WHERE name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Proposes a value; returns what everybody agrees upon, which is the first one proposed.</summary>
    public async Task<string> AgreeAsync(string name, string proposed, CancellationToken cancellationToken = default)
    {
        await using (var command = _source.CreateCommand(
            "INSERT INTO engine_installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = proposed });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // A statement of its own: one that lost to another transaction does not see that one's row yet.
        return await ReadAsync(name, cancellationToken)
            ?? throw new InvalidOperationException($"The installation's {name} was taken away while it was read.");
    }

    /// <summary>What time it is on the database's clock.</summary>
    public async Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken = default)
    {
        await using var command = _source.CreateCommand("SELECT clock_timestamp()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    // CREATE TABLE IF NOT EXISTS fails when two do it at the same time; a table that is there needs no right to make one.
    private static async Task MakeTableAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using (var look = new NpgsqlCommand("SELECT to_regclass('engine_installation') IS NOT NULL", connection))
        {
            if ((bool)(await look.ExecuteScalarAsync(cancellationToken))!) return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var guard = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection, transaction))
        {
            guard.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
            await guard.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var make = new NpgsqlCommand(
            """
            CREATE TABLE IF NOT EXISTS engine_installation (
                name  text PRIMARY KEY,
                value text NOT NULL)
            """,
            connection,
            transaction))
        {
            await make.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
