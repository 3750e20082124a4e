using Engine.Storage.Postgres.Connections;
using Npgsql;

namespace Engine.Storage.Postgres.Journal;

/// <summary>One writer's connection, made ready: the server checked, the statements prepared.</summary>
internal sealed class WriterSession : IAsyncDisposable
{
    private static readonly TimeSpan OpenMax = TimeSpan.FromSeconds(1);

    private readonly NpgsqlConnection _connection;
    private AppendStatement? _statement;

    private WriterSession(NpgsqlConnection connection) => _connection = connection;

    /// <param name="epoch">Tells the number of this start of the silo, making it when there is none yet.</param>
    public static async Task<WriterSession> OpenAsync(
        PostgresDatabase database, Func<NpgsqlConnection, CancellationToken, Task<long>> epoch, CancellationToken cancellationToken)
    {
        // The first start of all may wait for the database longer than an append does.
        await database.OpenAsync(cancellationToken).WaitAsync(OpenMax, cancellationToken);
        var session = new WriterSession(await database.WriterSource.OpenConnectionAsync(cancellationToken));
        try
        {
            await session.StartAsync(database.Context, epoch, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public Task WriteAsync(List<PendingAppend> batch, long[] committed) => _statement!.ExecuteAsync(batch, this, committed);

    public async ValueTask DisposeAsync()
    {
        _statement?.Dispose();
        await _connection.DisposeAsync();
    }

    private async Task StartAsync(
        PostgresContext context, Func<NpgsqlConnection, CancellationToken, Task<long>> epoch, CancellationToken cancellationToken)
    {
        // Nothing may be written under the number of an incarnation that has ended.
        await Incarnation.CheckAsync(_connection, context.Logger, cancellationToken);
        // The plan must not depend on the first batches or on a table that was empty when it was made.
        await using (var settings = new NpgsqlCommand("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off", _connection))
            await settings.ExecuteNonQueryAsync(cancellationToken);
        await using (var durability = new NpgsqlCommand(
            "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on'", _connection))
        {
            await using var row = await durability.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken)) context.Logger.NotDurable(row.GetString(0));
        }

        _statement = new AppendStatement(_connection, context.Options.SiloName, await epoch(_connection, cancellationToken));
        await _statement.PrepareAsync(cancellationToken);
    }
}
