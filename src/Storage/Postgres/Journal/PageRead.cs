using Engine.Grains.Journal;
using Npgsql;
using static Engine.Storage.StorageLimits;

namespace Engine.Storage.Postgres.Journal;

/// <summary>One read of the journal as consumers do it.</summary>
internal sealed class PageRead(JournalPosition after, int limit, LaneSet lanes, string? workspace)
{
    /// <summary>One row of a result in the order of the journal's columns.</summary>
    public static JournalRow Row(NpgsqlDataReader row, StreamName? stream = null) => new(
        stream ?? StreamName.Parse(row.GetString(0)),
        row.GetInt64(1),
        new LanePosition(row.GetInt16(2), row.GetInt64(3), row.GetInt32(4)),
        row.GetString(5),
        row.GetInt64(6),
        row.GetFieldValue<byte[]>(7));

    public async Task<JournalPage> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // The end is read first: the rows, read later, reach at least as far, so a page that is not full has seen all of its
        // own up to there.
        await using var batch = new NpgsqlBatch(connection);
        if (IsFiltered) batch.BatchCommands.Add(new NpgsqlBatchCommand(PostgresJournalSql.Ends));
        batch.BatchCommands.Add(Page());
        await using var row = await batch.ExecuteReaderAsync(cancellationToken);
        var end = (0L, 0L);
        if (IsFiltered)
        {
            end = (await JournalEnd.ReadAsync(row, cancellationToken)).Max();
            await row.NextResultAsync(cancellationToken);
        }

        return await ReadAsync(row, end, cancellationToken);
    }

    private bool IsFiltered => lanes.Groups > 1 || workspace is not null;

    private NpgsqlBatchCommand Page()
    {
        var command = new NpgsqlBatchCommand(PostgresJournalSql.ReadPage(lanes, workspace is not null));
        PostgresJournal.BindPlace(command.Parameters, PostgresJournal.Lowest(after, lanes).Place);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = JournalPageBytes });
        if (workspace is not null) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = workspace });
        return command;
    }

    private async Task<JournalPage> ReadAsync(NpgsqlDataReader row, (long, long) end, CancellationToken cancellationToken)
    {
        var rows = new List<JournalRow>();
        var (read, bytes) = (0, 0L);
        var last = (0L, 0L);
        for (; await row.ReadAsync(cancellationToken); read++)
        {
            var next = Row(row);
            bytes += next.Payload.Length;
            last = (next.Position.Transaction, next.Position.Sequence);
            if (!after.Covers(next.Position)) rows.Add(next);
        }

        var isEnd = read < limit && bytes < JournalPageBytes;
        if (isEnd && end.CompareTo(last) > 0) last = end;
        return new JournalPage(rows, Advance(last), isEnd);
    }

    private JournalPosition Advance((long Transaction, long Sequence) to)
    {
        var places = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < places.Length; lane++)
        {
            var place = new LanePosition(lane, to.Transaction, to.Sequence);
            places[lane] = lanes.Contains(lane) && place > after[lane] ? place : after[lane];
        }

        return JournalPosition.Of(places);
    }
}
