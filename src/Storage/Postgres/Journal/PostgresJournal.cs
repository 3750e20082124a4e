using Engine.Grains.Journal;
using Engine.Storage.Postgres.Connections;
using Npgsql;
using static Engine.Storage.StorageLimits;

namespace Engine.Storage.Postgres.Journal;

/// <summary>The journal in one PostgreSQL table, written and read by many processes.</summary>
/// <remarks>
/// <para>
/// With many writers the order in which rows get their numbers is not the order in which they become visible: a reader that
/// has seen 7 may find 5 later, if the transaction of 5 took longer. A consumer that kept "7" as its position has lost 5.
/// So a place is (transaction, sequence), and readers stop at the horizon: below the oldest transaction still under way
/// nothing can appear any more. A transaction held open, anybody's on that server, delays readers and never makes them
/// skip. (What ids mean after the data moved to another server is told in <see cref="Incarnation"/>.)
/// </para>
/// <para>
/// Appends are grouped by <see cref="JournalWriter"/>; the primary key is the fence. Reading needs no lock and disturbs no
/// writer.
/// </para>
/// </remarks>
internal sealed class PostgresJournal : IJournal, IAsyncDisposable
{
    private const int CountPage = 10_000;

    /// <summary>A row of the fence's index must fit a page, with room to spare.</summary>
    private const int StreamCharsMax = 600;

    private readonly PostgresDatabase _database;
    private readonly JournalEnd _end;
    private readonly JournalWriters _writers;

    public PostgresJournal(PostgresDatabase database)
    {
        _database = database;
        _end = new JournalEnd(database);
        _writers = new JournalWriters(database, _end);
    }

    public int ConsumerGroups => PostgresJournalSql.LaneParts;

    /// <summary>The number of this start of the silo; 0 before it wrote.</summary>
    public long Epoch => _writers.Epoch;

    /// <summary>Transactions committed by this process; fewer than appends when they were grouped.</summary>
    public long Transactions => _writers.Transactions;

    /// <exception cref="ArgumentException">The name cannot be stored as text: it is too long or no valid Unicode.</exception>
    public IStreamAppender OpenAppender(StreamName stream, long version)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        CheckName(stream);
        return _writers.OpenAppender(stream, version);
    }

    public Task<IReadOnlyList<JournalRow>> ReadStreamAsync(
        StreamName stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        ReadStreamAsync(PostgresJournalSql.ReadForwards, stream, afterVersion, limit, cancellationToken);

    public Task<IReadOnlyList<JournalRow>> ReadStreamBackwardsAsync(
        StreamName stream, long beforeVersion, int limit, CancellationToken cancellationToken = default) =>
        ReadStreamAsync(PostgresJournalSql.ReadBackwards, stream, beforeVersion, limit, cancellationToken);

    public Task<JournalPage> ReadAsync(
        JournalPosition after, int limit, LaneSet? lanes = null, string? workspace = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        CheckLimit(limit, JournalRowsMax);
        var read = new PageRead(after, limit, lanes ?? LaneSet.All, workspace);
        return _database.RunAsync(read.RunAsync, cancellationToken);
    }

    public Task WaitAsync(JournalPosition after, LaneSet? lanes = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        return _end.WaitAsync(after, lanes ?? LaneSet.All, cancellationToken);
    }

    public Task<int> CountAsync(
        JournalPosition after, int max, LaneSet? lanes = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(after);
        CheckLimit(max, JournalCountMax);
        var set = lanes ?? LaneSet.All;
        var (first, isSame) = Lowest(after, set);
        return _database.RunAsync(
            (connection, cancellation) => isSame
                ? CountAsync(connection, first, max, set, cancellation)
                : CountUncoveredAsync(connection, after, first, max, set, cancellation),
            cancellationToken);
    }

    public async Task<JournalPosition> ReadEndAsync(CancellationToken cancellationToken = default)
    {
        var (transaction, sequence) = (await _end.ReadAsync(cancellationToken)).Max();
        return JournalPosition.At(transaction, sequence);
    }

    public Task<StoredSnapshot?> ReadSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default) =>
        _database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(PostgresJournalSql.ReadSnapshot, connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.ToString() });
                await using var row = await command.ExecuteReaderAsync(cancellation);
                return await row.ReadAsync(cancellation) ? new StoredSnapshot(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
            },
            cancellationToken);

    public Task WriteSnapshotAsync(StreamName stream, StoredSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfLessThan(snapshot.Version, 1);
        CheckBytes(snapshot.Payload.Length, SnapshotBytesMax, "A snapshot");
        CheckName(stream);
        return _database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(PostgresJournalSql.WriteSnapshot, connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.ToString() });
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot.Version });
                command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = snapshot.Payload });
                return await command.ExecuteNonQueryAsync(cancellation);
            },
            cancellationToken);
    }

    public Task DeleteSnapshotAsync(StreamName stream, CancellationToken cancellationToken = default) =>
        _database.RunAsync(
            async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(PostgresJournalSql.DeleteSnapshot, connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.ToString() });
                return await command.ExecuteNonQueryAsync(cancellation);
            },
            cancellationToken);

    /// <summary>Commits what waits, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writers.DisposeAsync();
        await _end.DisposeAsync();
    }

    /// <summary>The lowest place that a position has in a set of lanes, and whether all of them stand there.</summary>
    internal static ((long Transaction, long Sequence) Place, bool IsSame) Lowest(JournalPosition position, LaneSet lanes)
    {
        var places = lanes.Lanes.Select(lane => (position[lane].Transaction, position[lane].Sequence));
        var (lowest, highest) = ((long.MaxValue, long.MaxValue), (0L, 0L));
        foreach (var place in places)
        {
            if (place.CompareTo(lowest) < 0) lowest = place;
            if (place.CompareTo(highest) > 0) highest = place;
        }

        return (lowest, lowest == highest);
    }

    /// <summary>Binds a place to the statement's first two parameters.</summary>
    internal static void BindPlace(NpgsqlParameterCollection parameters, (long Transaction, long Sequence) place)
    {
        parameters.Add(new NpgsqlParameter<long> { TypedValue = place.Transaction });
        // A place from another backend may have a larger one; there is none behind it then.
        parameters.Add(new NpgsqlParameter<int> { TypedValue = (int)Math.Min(place.Sequence, int.MaxValue) });
    }

    /// <summary>A name that the server refuses would fail everything that shares its transaction.</summary>
    private static void CheckName(StreamName stream)
    {
        var name = stream.ToString();
        if (name.Length > StreamCharsMax) throw new ArgumentException($"A stream's name has at most {StreamCharsMax} characters.", nameof(stream));
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1])) i++;
            else if (name[i] == '\0' || char.IsSurrogate(name[i])) throw new ArgumentException("A stream's name is valid Unicode without NUL.", nameof(stream));
        }
    }

    private static async Task<int> CountAsync(
        NpgsqlConnection connection, (long, long) after, int max, LaneSet lanes, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresJournalSql.Count(lanes), connection);
        BindPlace(command.Parameters, after);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = max });
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<int> CountUncoveredAsync(
        NpgsqlConnection connection, JournalPosition after, (long, long) from, int max, LaneSet lanes, CancellationToken cancellationToken)
    {
        for (var count = 0; ;)
        {
            await using var command = new NpgsqlCommand(PostgresJournalSql.ReadPlaces(lanes), connection);
            BindPlace(command.Parameters, from);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = CountPage });
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            var read = 0;
            for (; await row.ReadAsync(cancellationToken); read++)
            {
                from = (row.GetInt64(1), row.GetInt32(2));
                if (!after.Covers(new LanePosition(row.GetInt16(0), row.GetInt64(1), row.GetInt32(2))) && ++count == max) return count;
            }

            if (read < CountPage) return count;
        }
    }

    private Task<IReadOnlyList<JournalRow>> ReadStreamAsync(
        string sql, StreamName stream, long version, int limit, CancellationToken cancellationToken)
    {
        CheckLimit(limit, JournalRowsMax);
        return _database.RunAsync<IReadOnlyList<JournalRow>>(
            async (connection, cancellation) =>
            {
                await using var command = new NpgsqlCommand(sql, connection);
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.ToString() });
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
                await using var row = await command.ExecuteReaderAsync(cancellation);
                var rows = new List<JournalRow>();
                while (await row.ReadAsync(cancellation)) rows.Add(PageRead.Row(row, stream));
                return rows;
            },
            cancellationToken);
    }
}
