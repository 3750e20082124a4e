namespace Engine.Grains.Sla.Calendars;

/// <summary>A stretch of one local day, in minutes after midnight: from Start, before End.</summary>
internal readonly record struct MinuteSpan(int Start, int End);
