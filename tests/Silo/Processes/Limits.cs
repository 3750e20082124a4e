namespace Engine.Silo.Tests.Processes;

/// <summary>How long tests wait for what must come.</summary>
/// <remarks>A limit ends a test that would hang; it costs nothing while things work, so it leaves room for a machine that is many times slower.</remarks>
public static class Limits
{
    /// <summary>For anything that another process does, be it to start, to answer or to end.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);
}
