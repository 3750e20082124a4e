using System.Globalization;
using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Npgsql;
using NpgsqlTypes;

namespace Engine.LoadTests.Bench;

/// <summary>
/// Rows a second into PostgreSQL: one connection, one statement a batch, each of them synced.
/// </summary>
/// <remarks>
/// The table is made like the journal that the engine has made in the same database, indexes included, so that the yardstick
/// follows the engine. A batch has as many rows as there are callers in durable_256, which is the largest group they can form.
/// </remarks>
internal sealed class PostgresInsertLoad : IRawInsertLoad
{
    private const int BatchRows = RawInsertLoad.BatchRows;
    private const int Streams = 1_024;
    private const int Lanes = 64;
    private const string Table = "raw_insert";

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly TimeProvider _time;
    private long _rows;

    private PostgresInsertLoad(NpgsqlDataSource source, NpgsqlConnection connection, TimeProvider time)
    {
        _source = source;
        _connection = connection;
        _time = time;
    }

    /// <param name="connectionString">The way into the engine's database.</param>
    /// <exception cref="EngineFailedException">The engine has made no journal there.</exception>
    public static async Task<PostgresInsertLoad> CreateAsync(
        string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(connectionString);
        try
        {
            var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var create = new NpgsqlCommand($"CREATE TABLE {Table} (LIKE journal INCLUDING ALL)", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
            return new PostgresInsertLoad(source, connection, time);
        }
        catch (NpgsqlException e)
        {
            await source.DisposeAsync();
            throw new EngineFailedException($"There is no table to insert into: {e.Message}");
        }
    }

    public async Task<LoadResult> RunAsync(LoadLimits limits, CancellationToken cancellationToken)
    {
        var latency = new LatencyLog();
        var begin = _time.GetTimestamp();
        long done = 0;
        while (_time.GetElapsedTime(begin) < limits.Time && done < limits.Operations)
        {
            var start = _time.GetTimestamp();
            await InsertAsync(cancellationToken);
            latency.Add(_time.GetElapsedTime(start));
            done += BatchRows;
        }

        return new LoadResult(done, _time.GetElapsedTime(begin), latency);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private async Task InsertAsync(CancellationToken cancellationToken)
    {
        var streams = new string[BatchRows];
        var versions = new long[BatchRows];
        var lanes = new short[BatchRows];
        var payloads = new byte[BatchRows][];
        for (var i = 0; i < BatchRows; i++)
        {
            var stream = _rows % Streams;
            streams[i] = string.Create(CultureInfo.InvariantCulture, $"default/conversation/{stream:x24}");
            versions[i] = _rows / Streams + 1;
            lanes[i] = (short)(stream % Lanes);
            // Sealed content looks random, and no two rows are alike.
            Random.Shared.NextBytes(payloads[i] = new byte[Payload.SizeBytes]);
            _rows++;
        }

        await using var insert = new NpgsqlCommand(
            $"""
             INSERT INTO {Table} (stream, version, lane, silo, epoch, transaction, sequence, payload)
             SELECT stream, version, lane, 'raw', 1, 1, 1, payload FROM unnest($1, $2, $3, $4) AS rows (stream, version, lane, payload)
             """,
            _connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = streams, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter { Value = versions, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                new NpgsqlParameter { Value = lanes, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint },
                new NpgsqlParameter { Value = payloads, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        };
        await insert.PrepareAsync(cancellationToken);
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
