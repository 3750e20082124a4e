using System.Globalization;

namespace Orleans.Runtime.Membership.AdoNet;

/// <summary>
/// The statements of the membership. Each is one statement, thus one transaction and one round trip: a silo that freezes between two of its
/// own statements would otherwise keep a lock, and with it keep the others from evicting anybody, itself included.
/// </summary>
/// <remarks>
/// Whoever changes the view locks the cluster's row first, in a common table expression that the rest refers to, so changes
/// are in order and none waits for another in a circle. Renewals lock their own row only. A removal names the renewals it has seen: a
/// renewal that commits while it waits for the row is seen then, and wins. Times are those of the database at the begin of
/// the transaction, thus never earlier than the request was sent.
/// </remarks>
internal static class MembershipSql
{
    /// <summary>Also of the column that came later.</summary>
    public const string Exists =
        """
        SELECT to_regclass('OrleansBuiltinCluster') IS NOT NULL AND EXISTS (
            SELECT FROM pg_attribute
            WHERE attrelid = to_regclass('OrleansBuiltinMember') AND attname = 'gone' AND NOT attisdropped)
        """;

    /// <summary>Many silos start at once, and creating the same table twice at the same time fails even with IF NOT EXISTS.</summary>
    public const string Create =
        """
        DO $$
        BEGIN
        PERFORM pg_advisory_xact_lock(7306081526931105);
        CREATE TABLE IF NOT EXISTS OrleansBuiltinCluster
        (
            ClusterId text PRIMARY KEY,
            Version bigint NOT NULL
        );
        CREATE TABLE IF NOT EXISTS OrleansBuiltinMember
        (
            ClusterId text NOT NULL REFERENCES OrleansBuiltinCluster,
            Silo text NOT NULL,
            Endpoint text NOT NULL,
            Gateway text,
            Name text NOT NULL,
            Status integer NOT NULL,
            Renewals bigint NOT NULL,
            LeaseSeconds double precision NOT NULL,
            LeaseUntil timestamptz NOT NULL,
            Gone text[],
            PRIMARY KEY (ClusterId, Silo)
        ) WITH (fillfactor = 50);
        ALTER TABLE OrleansBuiltinMember ADD COLUMN IF NOT EXISTS Gone text[];
        END $$
        """;

    /// <summary>Members of other clusters that ended without a last one to evict them.</summary>
    public const string CleanUp =
        "DELETE FROM OrleansBuiltinMember WHERE ClusterId <> @cluster AND LeaseUntil < now() - interval '30 days'";

    public const string Join =
        """
        WITH turn AS (
            INSERT INTO OrleansBuiltinCluster AS c (ClusterId, Version) VALUES (@cluster, 1)
            ON CONFLICT (ClusterId) DO UPDATE SET Version = c.Version + 1 RETURNING c.Version),
        predecessors AS (
            DELETE FROM OrleansBuiltinMember WHERE ClusterId = @cluster AND Endpoint = @endpoint AND Silo <> @silo
            AND EXISTS (SELECT FROM turn))
        INSERT INTO OrleansBuiltinMember (ClusterId, Silo, Endpoint, Gateway, Name, Status, Renewals, LeaseSeconds, LeaseUntil)
        SELECT @cluster, @silo, @endpoint, @gateway, @name, @status, 0, @lease, now() + make_interval(secs => @lease) FROM turn
        ON CONFLICT DO NOTHING
        """;

    /// <summary>
    /// A renewal need not survive a crash of the server: after one nobody is evicted before a whole lease has passed. So it waits for
    /// no disk. What changes the view waits. The setting is made within the statement: Npgsql sends the second of several on the thread
    /// pool, even when it is called synchronously.
    /// </summary>
    public const string Renew =
        """
        WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS setting),
        renewed AS (
            UPDATE OrleansBuiltinMember
            SET Renewals = Renewals + 1, LeaseSeconds = @lease, LeaseUntil = now() + make_interval(secs => @lease), Gone = @gone
            FROM quick
            WHERE ClusterId = @cluster AND Silo = @silo AND setting = 'off' RETURNING Silo)
        SELECT EXISTS (SELECT FROM renewed),
        """ + Columns + ", m.Gone" + OfCluster;

    /// <summary>Without what members say of each other: that is for members, and the table may be older than a client.</summary>
    public const string Read = "SELECT false, " + Columns + ", NULL::text[]" + OfCluster;

    public const string Update =
        """
        WITH turn AS (
            UPDATE OrleansBuiltinCluster SET Version = Version + 1
            WHERE ClusterId = @cluster
                AND EXISTS (SELECT FROM OrleansBuiltinMember WHERE ClusterId = @cluster AND Silo = @silo)
            RETURNING Version)
        UPDATE OrleansBuiltinMember SET Status = @status, Gateway = @gateway, Name = @name
        WHERE ClusterId = @cluster AND Silo = @silo AND EXISTS (SELECT FROM turn)
        """;

    public const string Leave =
        """
        WITH turn AS (
            UPDATE OrleansBuiltinCluster SET Version = Version + 1
            WHERE ClusterId = @cluster
                AND EXISTS (SELECT FROM OrleansBuiltinMember WHERE ClusterId = @cluster AND Silo = @silo)
            RETURNING Version)
        DELETE FROM OrleansBuiltinMember WHERE ClusterId = @cluster AND Silo = @silo AND EXISTS (SELECT FROM turn)
        """;

    /// <summary>
    /// A lease that ends later than any lease can is of a clock that was set back since, and expired like one in the past. Of the
    /// others as many must say that the member is gone as <see cref="EvictionRule.WitnessesNeeded"/> asks for.
    /// </summary>
    public const string Evict =
        """
        WITH witnesses AS (
            SELECT Mark, count(*) AS Count FROM OrleansBuiltinMember CROSS JOIN unnest(Gone) AS Mark
            WHERE ClusterId = @cluster GROUP BY Mark),
        dead AS MATERIALIZED (
            SELECT m.Silo, m.Renewals
            FROM OrleansBuiltinMember m JOIN unnest(@silos, @renewals) AS seen(Silo, Renewals) USING (Silo, Renewals)
                LEFT JOIN witnesses ON Mark = m.Silo || '/' || m.Renewals
            WHERE m.ClusterId = @cluster
                AND (m.LeaseUntil <= now() OR m.LeaseUntil > now() + make_interval(secs => m.LeaseSeconds)
                    OR witnesses.Count >= (
                        SELECT greatest(1, least(2, count(*) - 1)) FROM OrleansBuiltinMember WHERE ClusterId = @cluster))),
        turn AS (
            UPDATE OrleansBuiltinCluster SET Version = Version + 1
            WHERE ClusterId = @cluster AND Version = @version AND EXISTS (SELECT FROM dead)
            RETURNING Version)
        DELETE FROM OrleansBuiltinMember m USING dead
        WHERE m.ClusterId = @cluster AND m.Silo = dead.Silo AND m.Renewals = dead.Renewals AND EXISTS (SELECT FROM turn)
        """;

    /// <summary>How a member is named with the renewals it was seen with.</summary>
    public static string MarkOf(MemberPulse member) =>
        string.Create(CultureInfo.InvariantCulture, $"{member.Silo.ToParsableString()}/{member.Renewals}");

    /// <summary>Who is there, and how long for; the rest only if the asking silo does not know it yet.</summary>
    private const string Columns =
        """

            c.Version, m.Silo, m.Renewals, m.LeaseSeconds, extract(epoch FROM m.LeaseUntil - now())::double precision,
            CASE WHEN c.Version > @known THEN m.Gateway END,
            CASE WHEN c.Version > @known THEN m.Name END,
            CASE WHEN c.Version > @known THEN m.Status END
        """;

    private const string OfCluster =
        """

        FROM OrleansBuiltinCluster c LEFT JOIN OrleansBuiltinMember m USING (ClusterId)
        WHERE ClusterId = @cluster
        """;
}
