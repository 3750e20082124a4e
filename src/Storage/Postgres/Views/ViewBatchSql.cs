using Engine.Grains.Views;
using Npgsql;

namespace Engine.Storage.Postgres.Views;

/// <summary>
/// The statements that write a batch: one for each table, over arrays, whatever the number of rows. Rows of one conversation
/// are written by its lane's owner only; the erasure of a customer alone touches rows of other lanes, in several tables and
/// in no order that others keep, so nobody else writes meanwhile.
/// </summary>
internal static class ViewBatchSql
{
    /// <summary>A number of ours among a database's advisory locks.</summary>
    private const long LockKey = 0x656E67_76696577;

    private static readonly string LockAlone = FormattableString.Invariant($"SELECT pg_advisory_xact_lock({LockKey})");
    private static readonly string LockShared = FormattableString.Invariant($"SELECT pg_advisory_xact_lock_shared({LockKey})");

    private const string EraseConversations = """
        UPDATE view_conversations c SET details = NULL FROM unnest($1, $2) AS gone (workspace, id)
        WHERE c.workspace = gone.workspace AND c.id = gone.id AND c.details IS NOT NULL
        """;

    private const string EraseCustomersConversations = """
        UPDATE view_conversations c SET details = NULL FROM unnest($1, $2) AS gone (workspace, customer)
        WHERE c.workspace = gone.workspace AND c.customer = gone.customer AND c.details IS NOT NULL
        """;

    private const string EraseCustomers = """
        DELETE FROM view_customers c USING unnest($1, $2) AS gone (workspace, id) WHERE c.workspace = gone.workspace AND c.id = gone.id
        """;

    // Null for the conversation: all of the customer's.
    private const string EraseTimeline = """
        DELETE FROM view_timeline WHERE ctid = ANY (ARRAY (
            SELECT t.ctid FROM unnest($1, $2, $3) AS gone (workspace, customer, conversation)
            JOIN view_timeline t ON t.workspace = gone.workspace AND t.customer = gone.customer
                AND t.conversation = coalesce(gone.conversation, t.conversation)
            ORDER BY t.workspace, t.customer, t.time, t.conversation, t.version FOR UPDATE OF t))
        """;

    private const string DeleteTags = """
        DELETE FROM view_conversation_tags t USING (
            SELECT c.workspace, c.id, c.update_time, tag
            FROM unnest($1, $2, $3) AS put (workspace, id, version)
            JOIN view_conversations c ON c.workspace = put.workspace AND c.id = put.id AND c.version < put.version
            CROSS JOIN LATERAL unnest(c.tags) AS tag) old
        WHERE t.workspace = old.workspace AND t.tag = old.tag AND t.update_time = old.update_time AND t.id = old.id
        """;

    // The tags of all rows stand in one array, each row with the first and last place of its own.
    private const string PutConversations = """
        INSERT INTO view_conversations AS c (
            workspace, id, version, customer, assignee, status, channel, tags, create_time, update_time, summary, details, queue)
        SELECT workspace, id, version, customer, assignee, status, channel, ($15)[first:last], create_time, update_time, summary, details,
            queue
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS put (
            workspace, id, version, customer, assignee, status, channel, first, last, create_time, update_time, summary, details,
            queue)
        ON CONFLICT (workspace, id) DO UPDATE SET
            version = excluded.version, customer = excluded.customer, assignee = excluded.assignee, status = excluded.status,
            channel = excluded.channel, tags = excluded.tags, create_time = excluded.create_time,
            update_time = excluded.update_time, summary = excluded.summary, details = coalesce(excluded.details, c.details),
            queue = excluded.queue
        WHERE excluded.version > c.version
        """;

    // Of the version that is stored now: what was put, or the same from before.
    private const string PutTags = """
        INSERT INTO view_conversation_tags (workspace, tag, update_time, id)
        SELECT DISTINCT c.workspace, tag, c.update_time, c.id
        FROM unnest($1, $2, $3) AS put (workspace, id, version)
        JOIN view_conversations c ON c.workspace = put.workspace AND c.id = put.id AND c.version = put.version
        CROSS JOIN LATERAL unnest(c.tags) AS tag
        ON CONFLICT DO NOTHING
        """;

    private const string AddToTimeline = """
        INSERT INTO view_timeline (workspace, customer, time, conversation, version)
        SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
        """;

    private const string PutCustomers = """
        INSERT INTO view_customers AS p (workspace, id, version, update_time, payload)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (workspace, id) DO UPDATE SET
            version = excluded.version, update_time = excluded.update_time, payload = excluded.payload
        WHERE excluded.version > p.version
        """;

    private const string PutAgents = """
        INSERT INTO view_agents AS p (workspace, id, version, update_time, payload, routing)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        ON CONFLICT (workspace, id) DO UPDATE SET
            version = excluded.version, update_time = excluded.update_time, payload = excluded.payload,
            routing = coalesce(excluded.routing, p.routing)
        WHERE excluded.version > p.version
        """;

    /// <summary>Adds what the batch needs, nothing for what it lacks.</summary>
    public static void AddTo(NpgsqlBatch commands, ViewBatch batch)
    {
        Add(commands, batch.ErasedCustomers.Count > 0 ? LockAlone : LockShared);
        if (batch.ErasedCustomers.Count + batch.ErasedConversations.Count > 0) AddErasures(commands, batch);
        if (batch.Conversations.Length > 0) AddConversations(commands, batch.Conversations);
        if (batch.Customers.Length > 0) Add(commands, PutCustomers, People(batch.Customers));
        if (batch.Agents.Length > 0) Add(commands, PutAgents, [.. People(batch.Agents), Array(batch.Agents, batch.RoutingOf)]);
        PromiseBatchSql.AddTo(commands, batch);
        if (batch.Timeline.Length == 0) return;
        Add(
            commands,
            AddToTimeline,
            Array(batch.Timeline, t => t.Workspace),
            Array(batch.Timeline, t => t.Customer),
            Array(batch.Timeline, t => t.Place.Time.UtcTicks),
            Array(batch.Timeline, t => t.Place.Conversation),
            Array(batch.Timeline, t => t.Place.Version));
    }

    private static void AddErasures(NpgsqlBatch commands, ViewBatch batch)
    {
        var customers = batch.ErasedCustomers.ToArray();
        var conversations = batch.ErasedConversations.ToArray();
        var (workspaces, ids) = (Array(customers, c => c.Workspace), Array(customers, c => c.Customer));
        if (customers.Length > 0)
        {
            Add(commands, EraseCustomersConversations, workspaces, ids);
            Add(commands, EraseCustomers, Again(workspaces), Again(ids));
        }

        if (conversations.Length > 0)
            Add(commands, EraseConversations, Array(conversations, c => c.Workspace), Array(conversations, c => c.Conversation));
        var timelines = customers.Select(c => (c.Workspace, c.Customer, Conversation: (string?)null))
            .Concat(conversations.Select(c => (c.Workspace, c.Customer, Conversation: (string?)c.Conversation))).ToArray();
        Add(
            commands,
            EraseTimeline,
            Array(timelines, t => t.Workspace),
            Array(timelines, t => t.Customer),
            Array(timelines, t => t.Conversation));
    }

    private static void AddConversations(NpgsqlBatch commands, ConversationRow[] rows)
    {
        var ends = new int[rows.Length];
        var tags = 0;
        for (var i = 0; i < rows.Length; i++) ends[i] = tags += rows[i].Tags.Count;
        NpgsqlParameter[] Keys() => [Array(rows, r => r.Workspace), Array(rows, r => r.Id), Array(rows, r => r.Version)];
        Add(commands, DeleteTags, Keys());
        Add(
            commands,
            PutConversations,
            [
                .. Keys(),
                Array(rows, r => r.Customer),
                Array(rows, r => r.Assignee),
                Array(rows, r => r.Status),
                Array(rows, r => r.Channel),
                new NpgsqlParameter<int[]> { TypedValue = [.. ends.Select((end, i) => end - rows[i].Tags.Count + 1)] },
                new NpgsqlParameter<int[]> { TypedValue = ends },
                Array(rows, r => r.CreateTime.UtcTicks),
                Array(rows, r => r.UpdateTime.UtcTicks),
                Array(rows, r => r.Summary.ToArray()),
                Array(rows, r => r.Details?.ToArray()),
                Array(rows, r => r.Queue),
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.SelectMany(r => r.Tags)] },
            ]);
        if (tags > 0) Add(commands, PutTags, Keys());
    }

    private static NpgsqlParameter[] People(PersonRow[] rows) =>
    [
        Array(rows, r => r.Workspace),
        Array(rows, r => r.Id),
        Array(rows, r => r.Version),
        Array(rows, r => r.UpdateTime.UtcTicks),
        Array(rows, r => r.Payload.ToArray()),
    ];

    internal static NpgsqlParameter<TValue[]> Array<T, TValue>(T[] rows, Func<T, TValue> value) =>
        new() { TypedValue = System.Array.ConvertAll(rows, row => value(row)) };

    private static NpgsqlParameter<string[]> Again(NpgsqlParameter<string[]> parameter) => new() { TypedValue = parameter.TypedValue };

    internal static void Add(NpgsqlBatch commands, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        commands.BatchCommands.Add(command);
    }
}
