using Engine.Grains.Journal;
using Npgsql;

namespace Engine.Storage.Tests.Postgres;

/// <summary>A transaction of someone else, open for as long as the test wants.</summary>
internal sealed class OpenTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private OpenTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<OpenTransaction> BeginAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return new OpenTransaction(connection, await connection.BeginTransactionAsync());
    }

    /// <summary>Begins one that has its id, as one that has written has.</summary>
    public static async Task<OpenTransaction> BeginWritingAsync(string connectionString)
    {
        var transaction = await BeginAsync(connectionString);
        await transaction.ExecuteAsync("SELECT pg_current_xact_id()");
        return transaction;
    }

    /// <summary>Begins one that has appended a row as another silo does.</summary>
    public static async Task<OpenTransaction> BeginAppendingAsync(string connectionString, StreamName stream, long version)
    {
        var transaction = await BeginAsync(connectionString);
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO journal (stream, version, lane, silo, epoch, transaction, sequence, payload)
            VALUES ($1, {version}, {stream.Lane}, 'other', 1,
                (SELECT (number << 48) + pg_current_xact_id()::text::bigint FROM incarnation), 1, 'other')
            """,
            stream.ToString());
        return transaction;
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var parameter in parameters) command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await command.ExecuteNonQueryAsync();
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    public Task RollBackAsync() => _transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
