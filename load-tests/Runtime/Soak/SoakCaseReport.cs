namespace Engine.LoadTests.Runtime.Soak;

/// <summary>How the calls of one kind ended.</summary>
internal sealed record SoakCaseReport(string Name, long Calls, long Lost);
