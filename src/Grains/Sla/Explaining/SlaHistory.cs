using Engine.Grains.Sla.Clocks;
using NodaTime;

namespace Engine.Grains.Sla.Explaining;

/// <summary>A conversation as it was, for asking what other rules would have made of it.</summary>
/// <param name="Conversation">conversations/{conversation}.</param>
/// <param name="Moments">Its commits, in order.</param>
/// <param name="Until">Up to when time passes; what is due later is not told.</param>
public sealed record SlaHistory(string Conversation, IReadOnlyList<SlaMoment> Moments, Instant Until);
