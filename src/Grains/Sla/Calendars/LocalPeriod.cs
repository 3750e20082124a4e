namespace Engine.Grains.Sla.Calendars;

/// <summary>A stretch of local time, in local minutes since the first of January 1970: from Start, before End.</summary>
internal readonly record struct LocalPeriod(long Start, long End, string Name);
