using Engine.Grains.Views;
using Npgsql;

namespace Engine.Storage.Postgres.Views;

/// <summary>
/// Lists conversations by filter. Every list has the same order, newest update first, so the index that leads must give its
/// rows in that order, or each page would sort all rows that match. Several statuses are several ordered lists, merged.
/// </summary>
internal sealed class PostgresConversationQuery
{
    public const string Columns = """
        c.workspace, c.id, c.version, c.customer, c.assignee, c.status, c.channel, c.tags, c.create_time, c.update_time,
        c.summary, c.details, c.queue
        """;

    private readonly List<NpgsqlParameter> _parameters = [];
    private readonly ConversationQuery _query;
    private readonly string _workspace;
    private readonly string _limit;
    private bool _leadsByQueue;

    private PostgresConversationQuery(ConversationQuery query)
    {
        _query = query;
        _workspace = Add(query.Workspace);
        _limit = Add(query.Limit);
    }

    /// <summary>One text for each shape of query, whatever the values: the texts are few, so their statements are kept.</summary>
    public static NpgsqlCommand Of(NpgsqlConnection connection, ConversationQuery query)
    {
        var build = new PostgresConversationQuery(query);
        var command = new NpgsqlCommand(build.Text(), connection);
        command.Parameters.AddRange(build._parameters.ToArray());
        return command;
    }

    public static ConversationRow Read(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetString(3),
        row.GetString(4),
        row.GetInt32(5),
        row.GetString(6),
        row.GetFieldValue<string[]>(7),
        new DateTimeOffset(row.GetInt64(8), TimeSpan.Zero),
        new DateTimeOffset(row.GetInt64(9), TimeSpan.Zero),
        row.GetFieldValue<byte[]>(10),
        row.IsDBNull(11) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(11),
        row.GetString(12));

    private string Text()
    {
        // The indexes by assignee and by queue hold the status before the time, so that the few open conversations are found
        // among many closed ones; without a status in the query each one that occurs is a list of its own. What nobody has
        // is much; what nobody has of a queue is less.
        if (_query is { Customer: null, Queue: { } queue, Assignee: null or "" }) return OfEachStatus($"queue = {Add(queue)}", "queue <> ''");
        if (_query is { Customer: null, Assignee: { } assignee }) return OfEachStatus($"assignee = {Add(assignee)}");

        if (_query.Customer is { } customer) return Ordered("c", "view_conversations c", [$"c.customer = {Add(customer)}", .. Also()]);
        if (_query.Tag is { } tag)
        {
            const string Tagged = "view_conversation_tags t JOIN view_conversations c ON c.workspace = t.workspace AND c.id = t.id";
            return Ordered("t", Tagged, [$"t.tag = {Add(tag)}", .. Also(isTagChecked: true)]);
        }

        return _query.Statuses.Count > 0 ? ByStatuses("true") : Ordered("c", "view_conversations c", [.. Also()]);
    }

    /// <param name="conditions">What leads, its column without the table.</param>
    private string OfEachStatus(params string[] conditions)
    {
        var condition = string.Join(" AND ", conditions.Select(c => $"c.{c}"));
        _leadsByQueue = conditions.Length > 1;
        return _query.Statuses.Count > 0 ? ByStatuses(condition) : Merged(StatusesOf(conditions), condition);
    }

    private string ByStatuses(string condition)
    {
        var statuses = _query.Statuses.Distinct().ToArray();
        return statuses.Length == 1
            ? Ordered("c", "view_conversations c", [condition, $"c.status = {Add(statuses[0])}", .. Also(areStatusesChecked: true)])
            : Merged($"SELECT unnest({Add(statuses)})", condition);
    }

    /// <summary>The statuses that occur among an agent's or a queue's conversations: a few jumps in the index.</summary>
    private string StatusesOf(string[] conditions)
    {
        var condition = string.Join(" AND ", conditions.Select(c => $"n.{c}"));
        return $"""
            WITH RECURSIVE jump (status) AS (
                (SELECT n.status FROM view_conversations n WHERE n.workspace = {_workspace} AND {condition} ORDER BY n.status LIMIT 1)
                UNION ALL
                SELECT (SELECT n.status FROM view_conversations n
                    WHERE n.workspace = {_workspace} AND {condition} AND n.status > jump.status ORDER BY n.status LIMIT 1)
                FROM jump WHERE jump.status IS NOT NULL)
            SELECT status FROM jump WHERE status IS NOT NULL
            """;
    }

    private string Merged(string statuses, string condition) => $"""
        SELECT {Columns} FROM ({statuses}) AS s (status) CROSS JOIN LATERAL (
        {Ordered("c", "view_conversations c", [condition, "c.status = s.status", .. Also(areStatusesChecked: true)])}) c
        ORDER BY c.update_time DESC, c.id LIMIT {_limit}
        """;

    /// <param name="lead">The table whose index gives the order, and finds the page's start.</param>
    private string Ordered(string lead, string from, string[] conditions)
    {
        var after = _query.After is { } place ? (Time: Add(place.UpdateTime.UtcTicks), Id: Add(place.Id)) : default;
        string?[] all =
        [
            $"{lead}.workspace = {_workspace}",
            .. conditions,
            _query.UpdatedSince is { } since ? $"{lead}.update_time >= {Add(since.UtcTicks)}" : null,
            _query.UpdatedBefore is { } before ? $"{lead}.update_time < {Add(before.UtcTicks)}" : null,
            after.Time is null
                ? null
                : $"{lead}.update_time <= {after.Time} AND ({lead}.update_time < {after.Time} OR {lead}.id > {after.Id})",
        ];
        return $"""
            SELECT {Columns} FROM {from}
            WHERE {string.Join(" AND ", all.Where(condition => condition is not null))}
            ORDER BY {lead}.update_time DESC, {lead}.id LIMIT {_limit}
            """;
    }

    /// <summary>The filters that are checked on the rows.</summary>
    private IEnumerable<string> Also(bool isTagChecked = false, bool areStatusesChecked = false)
    {
        if ((_leadsByQueue || _query.Customer is not null) && _query.Assignee is { } assignee) yield return $"c.assignee = {Add(assignee)}";
        if (!_leadsByQueue && _query.Queue is { } queue) yield return $"c.queue = {Add(queue)}";
        if (!isTagChecked && _query.Tag is { } tag) yield return $"{Add(tag)} = ANY (c.tags)";
        if (_query.Channel is { } channel) yield return $"c.channel = {Add(channel)}";
        if (!areStatusesChecked && _query.Statuses.Count > 0) yield return $"c.status = ANY ({Add(_query.Statuses.Distinct().ToArray())})";
    }

    private string Add<T>(T value)
    {
        _parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${_parameters.Count}";
    }
}
