using Npgsql;
using static Engine.Storage.Postgres.Views.ViewBatchSql;

namespace Engine.Storage.Postgres.Views;

/// <summary>The statements that write what became of promises.</summary>
internal static class PromiseBatchSql
{
    private const string AddSlaOutcomes = """
        INSERT INTO view_sla_outcomes (workspace, time, conversation, version, place, queue, policy, metric, kind, deadline_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
        """;

    private const string AddPromiseOutcomes = """
        INSERT INTO view_promise_outcomes (workspace, time, conversation, version, place, queue, basis, answered, before_likely,
            before_latest, revised, before_revised)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING
        """;

    /// <summary>Adds what the batch needs, nothing for what it lacks.</summary>
    public static void AddTo(NpgsqlBatch commands, ViewBatch batch)
    {
        if (batch.SlaOutcomes is { Length: > 0 } deadlines)
        {
            Add(
                commands,
                AddSlaOutcomes,
                Array(deadlines, o => o.Workspace),
                Array(deadlines, o => o.Time.UtcTicks),
                Array(deadlines, o => o.Conversation),
                Array(deadlines, o => o.Version),
                Array(deadlines, o => o.Place),
                Array(deadlines, o => o.Queue),
                Array(deadlines, o => o.Policy),
                Array(deadlines, o => o.Metric),
                Array(deadlines, o => o.Kind),
                Array(deadlines, o => o.DeadlineId));
        }

        if (batch.PromiseOutcomes is { Length: > 0 } promises)
        {
            Add(
                commands,
                AddPromiseOutcomes,
                Array(promises, o => o.Workspace),
                Array(promises, o => o.Time.UtcTicks),
                Array(promises, o => o.Conversation),
                Array(promises, o => o.Version),
                Array(promises, o => o.Place),
                Array(promises, o => o.Queue),
                Array(promises, o => o.Basis),
                Array(promises, o => o.IsAnswered),
                Array(promises, o => o.IsBeforeLikely),
                Array(promises, o => o.IsBeforeLatest),
                Array(promises, o => o.IsRevised),
                Array(promises, o => o.IsBeforeRevised));
        }
    }
}
