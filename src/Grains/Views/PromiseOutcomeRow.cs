namespace Engine.Grains.Views;

/// <summary>How what a customer was told was kept. Structure only.</summary>
/// <param name="Version">The commit's version.</param>
/// <param name="Place">Which event of the commit.</param>
/// <param name="Time">When it was over.</param>
/// <param name="Queue">The id of the queue in which the conversation was then, or empty.</param>
/// <param name="Basis">The number of the public basis enum.</param>
/// <param name="IsAnswered">Otherwise nobody waited any more.</param>
/// <param name="IsBeforeLikely">Answered before the likely instant as first told.</param>
/// <param name="IsBeforeLatest">Answered before the latest instant as first told.</param>
/// <param name="IsRevised">It had been revised.</param>
/// <param name="IsBeforeRevised">Answered before the latest instant of the revision.</param>
public sealed record PromiseOutcomeRow(
    string Workspace,
    string Conversation,
    long Version,
    int Place,
    DateTimeOffset Time,
    string Queue,
    int Basis,
    bool IsAnswered,
    bool IsBeforeLikely,
    bool IsBeforeLatest,
    bool IsRevised,
    bool IsBeforeRevised);
