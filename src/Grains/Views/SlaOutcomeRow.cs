namespace Engine.Grains.Views;

/// <summary>What became of a deadline: a notice of a conversation's commit. Structure only.</summary>
/// <param name="Version">The commit's version.</param>
/// <param name="Place">Which event of the commit.</param>
/// <param name="Time">The computed instant.</param>
/// <param name="Queue">The id of the queue in which the conversation was then, or empty.</param>
/// <param name="Policy">slaPolicies/{sla_policy}.</param>
/// <param name="Metric">The number of the public metric enum.</param>
/// <param name="Kind">The number of the public notice kind enum.</param>
public sealed record SlaOutcomeRow(
    string Workspace,
    string Conversation,
    long Version,
    int Place,
    DateTimeOffset Time,
    string Queue,
    string Policy,
    int Metric,
    int Kind,
    long DeadlineId);
