namespace Engine.Grains.Views;

/// <summary>A conversation as lists know it.</summary>
/// <param name="Version">The stream's version this row was made from.</param>
/// <param name="Customer">The customer's id.</param>
/// <param name="Assignee">The agent's id; empty when nobody has it.</param>
/// <param name="Status">The number of the public status enum.</param>
/// <param name="Summary">The internal <c>ConversationSummary</c> message: structure only, in the clear.</param>
/// <param name="Details">Subject and attributes, sealed. Null in a change: keep what is stored. Null in a list: there are none.</param>
/// <param name="Queue">The id of the queue that finds it an agent; empty: none.</param>
public sealed record ConversationRow(
    string Workspace,
    string Id,
    long Version,
    string Customer,
    string Assignee,
    int Status,
    string Channel,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreateTime,
    DateTimeOffset UpdateTime,
    ReadOnlyMemory<byte> Summary,
    ReadOnlyMemory<byte>? Details,
    string Queue = "");
