using Microsoft.Extensions.Logging;
using Npgsql;

namespace Engine.Storage.Postgres.Connections;

/// <summary>
/// Which life of the data this is.
/// </summary>
/// <remarks>
/// <para>
/// The problem: a reader's position is a transaction's id, and ids belong to a server. Restore the data onto a new server,
/// and its ids begin anew, far below the stored ones: new commits would stand before the positions that consumers and
/// clients hold, and be skipped for ever. The same happens, less visibly, when a standby takes over or a backup is
/// recovered to a point in time: ids that the lost part of the old life had used are given out a second time.
/// </para>
/// <para>
/// So every stored id carries the number of the incarnation in front, and every order is (incarnation, id, place). Whoever
/// opens a connection to write compares the server (its identifier and timeline) with the stored one; when they differ a
/// new incarnation begins, and all it commits stands after everything before, seen or lost. No row is rewritten and every
/// position stays valid: what it covers it still covers, and what comes is new.
/// </para>
/// <para>
/// Beginning one excludes appends for that moment, or one that had read the old number could still be under way, and
/// readers of the new incarnation would pass it by.
/// </para>
/// </remarks>
internal static class Incarnation
{
    /// <summary>The id of the writing transaction, as stored: a stable expression, to be evaluated once a statement.</summary>
    public const string Transaction =
        "(SELECT (number << 48) + pg_current_xact_id()::text::bigint FROM incarnation)";

    /// <summary>
    /// The horizon: every transaction below it is finished, and what it committed is visible to this statement. Nothing
    /// below it can appear later.
    /// </summary>
    public const string Horizon =
        "(SELECT (number << 48) + pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM incarnation)";

    // A standby has no timeline of its own to write on; there the first append fails.
    private const string Server = """
        SELECT system_identifier, ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint AS timeline
        FROM pg_control_system()
        """;

    private const string Differs = $"""
        SELECT NOT EXISTS (SELECT FROM incarnation i, ({Server}) s WHERE i.server = s.system_identifier AND i.timeline = s.timeline)
        """;

    private const string Begin = $"""
        LOCK TABLE journal, keys IN SHARE ROW EXCLUSIVE MODE;
        UPDATE incarnation SET number = number + 1, server = s.system_identifier, timeline = s.timeline, started_at = clock_timestamp()
        FROM ({Server}) s WHERE (incarnation.server, incarnation.timeline) IS DISTINCT FROM (s.system_identifier, s.timeline)
        RETURNING number
        """;

    /// <summary>Begins a new incarnation if this is not the server, or not the timeline, of the stored one.</summary>
    public static async Task CheckAsync(NpgsqlConnection connection, ILogger logger, CancellationToken cancellationToken)
    {
        await using (var differs = new NpgsqlCommand(Differs, connection))
        {
            if (await differs.ExecuteScalarAsync(cancellationToken) is false) return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var begin = new NpgsqlCommand(Begin, connection, transaction);
        // Of several that found it so, one begins it.
        var number = await begin.ExecuteScalarAsync(cancellationToken) as long?;
        await transaction.CommitAsync(cancellationToken);
        if (number > 1) logger.IncarnationBegan(number.Value);
    }
}
