using System.Globalization;
using Engine.Grains.Journal;
using Engine.Storage.Postgres.Connections;

namespace Engine.Storage.Postgres.Journal;

/// <summary>The journal's statements.</summary>
internal static class PostgresJournalSql
{
    /// <summary>
    /// How many parts the readers' index has: its expression <c>lane &amp; 7</c> is part of the schema.
    /// </summary>
    public const int LaneParts = 8;

    /// <summary>
    /// Appends the first of each chain in a batch, in the order of their keys (two silos that meet then wait for each other
    /// in one direction only). Whose version is taken, or whose predecessor is not there, is not returned.
    /// </summary>
    /// <remarks>
    /// $1 streams, $2 versions, $3 lanes, $4 payloads, $5 places, $6 whether the predecessor is known to be there, $7 silo,
    /// $8 epoch.
    /// </remarks>
    public const string Append = $"{AppendFirsts} RETURNING sequence, transaction";

    /// <summary>
    /// As <see cref="Append"/>, and what follows in those chains, if and only if the chain's first was admitted by this very
    /// statement: with n just written here, nobody else can have n+1.
    /// </summary>
    /// <remarks>$9 streams, $10 versions, $11 lanes, $12 payloads, $13 places, $14 the place of the chain's first.</remarks>
    public const string AppendChains = $"""
        WITH firsts AS ({AppendFirsts} RETURNING sequence, transaction),
        followers AS (
            INSERT INTO journal (stream, version, lane, silo, epoch, transaction, sequence, payload)
            SELECT a.stream, a.version, a.lane, $7, $8, f.transaction, a.sequence, a.payload
            FROM unnest($9, $10, $11, $12, $13, $14) AS a (stream, version, lane, payload, sequence, first)
            JOIN firsts f ON f.sequence = a.first
            ON CONFLICT DO NOTHING
            RETURNING sequence, transaction)
        SELECT sequence, transaction FROM firsts UNION ALL SELECT sequence, transaction FROM followers
        """;

    public const string ReadForwards = $"""
        SELECT {Columns} FROM journal WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3
        """;

    public const string ReadBackwards = $"""
        SELECT {Columns} FROM journal WHERE stream = $1 AND version < $2 ORDER BY version DESC LIMIT $3
        """;

    /// <summary>The newest place below the horizon of each part that has rows.</summary>
    public static readonly string Ends = Union(
        Enumerable.Range(0, LaneParts),
        part => $"""
            (SELECT {part} AS part, transaction, sequence FROM journal
            WHERE (lane & 7) = {part} AND transaction < {Incarnation.Horizon}
            ORDER BY transaction DESC, sequence DESC LIMIT 1)
            """);

    public const string ReadSnapshot = "SELECT version, payload FROM snapshots WHERE stream = $1";

    public const string WriteSnapshot = """
        INSERT INTO snapshots (stream, version, payload) VALUES ($1, $2, $3)
        ON CONFLICT (stream) DO UPDATE SET version = excluded.version, payload = excluded.payload
        WHERE snapshots.version <= excluded.version
        """;

    public const string DeleteSnapshot = "DELETE FROM snapshots WHERE stream = $1";

    /// <summary>The number of this start of a silo. Two at once under one name: one of them repeats it.</summary>
    public const string BeginEpoch = """
        INSERT INTO silo_starts (silo, epoch) SELECT $1, coalesce(max(epoch), 0) + 1 FROM silo_starts WHERE silo = $1
        ON CONFLICT DO NOTHING RETURNING epoch
        """;

    private const string Columns = "stream, version, lane, transaction, sequence, silo, epoch, payload";

    // Whether the predecessor is there is asked by a subquery that yields a value: one that asks for existence may be
    // planned as a hash of the whole table.
    private const string AppendFirsts = $"""
        INSERT INTO journal (stream, version, lane, silo, epoch, transaction, sequence, payload)
        SELECT a.stream, a.version, a.lane, $7, $8, {Incarnation.Transaction}, a.sequence, a.payload
        FROM unnest($1, $2, $3, $4, $5, $6) AS a (stream, version, lane, payload, sequence, follows)
        WHERE a.follows OR (SELECT true FROM journal p WHERE p.stream = a.stream AND p.version = a.version - 1)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>
    /// A page of the rows after ($1, $2) below the horizon: at most $3, and none after those that make $4 bytes.
    /// With a workspace that is $5.
    /// </summary>
    public static string ReadPage(LaneSet lanes, bool ofWorkspace) => $"""
        SELECT {Columns}
        FROM (
            SELECT *, sum(octet_length(payload)) OVER (ORDER BY transaction, sequence ROWS UNBOUNDED PRECEDING) AS bytes
            FROM ({Rows(Columns, lanes, ofWorkspace)} ORDER BY transaction, sequence LIMIT $3) AS page) AS sized
        WHERE bytes - octet_length(payload) < $4
        ORDER BY transaction, sequence
        """;

    /// <summary>Places after ($1, $2) below the horizon, at most $3.</summary>
    public static string ReadPlaces(LaneSet lanes) =>
        $"{Rows("lane, transaction, sequence", lanes, ofWorkspace: false)} ORDER BY transaction, sequence LIMIT $3";

    /// <summary>How many rows follow ($1, $2) below the horizon, counted up to $3.</summary>
    public static string Count(LaneSet lanes) =>
        $"SELECT count(*) FROM ({Rows("lane", lanes, ofWorkspace: false)} LIMIT $3) AS counted";

    /// <summary>The parts of the index that hold a set's lanes.</summary>
    public static IEnumerable<int> PartsOf(LaneSet lanes) => lanes.Lanes.Select(lane => lane % LaneParts).Distinct().Order();

    private static string Rows(string columns, LaneSet lanes, bool ofWorkspace)
    {
        // Sets of 1, 2, 4 or 8 groups are whole parts; others have more in their parts than their own.
        var own = LaneParts % lanes.Groups == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" AND lane % {lanes.Groups} = {lanes.Group}");
        var after = $"(transaction, sequence) > ($1, $2) AND transaction < {Incarnation.Horizon}";
        if (ofWorkspace)
        {
            var part = lanes.Groups == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" AND lane % {lanes.Groups} = {lanes.Group}");
            return $"SELECT {columns} FROM journal WHERE split_part(stream, '/', 1) = $5 AND {after}{part}";
        }

        return Union(PartsOf(lanes), part => $"SELECT {columns} FROM journal WHERE (lane & 7) = {part} AND {after}{own}");
    }

    private static string Union(IEnumerable<int> parts, Func<int, string> statement) =>
        string.Join(" UNION ALL ", parts.Select(statement));
}
