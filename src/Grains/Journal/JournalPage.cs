namespace Engine.Grains.Journal;

/// <summary>Rows read, and where to read on.</summary>
/// <param name="IsEnd">Whether the reader had reached the end when it read.</param>
public sealed record JournalPage(IReadOnlyList<JournalRow> Rows, JournalPosition Next, bool IsEnd);
