using Engine.Grains.Journal;
using Engine.V1;

namespace Engine.Grains.Events;

/// <summary>Events, each with the position after it.</summary>
/// <param name="Next">Where to read on.</param>
/// <param name="IsEnd">Whether the reader had reached the end.</param>
public sealed record EventPage(IReadOnlyList<(Event Event, JournalPosition Position)> Events, JournalPosition Next, bool IsEnd);
