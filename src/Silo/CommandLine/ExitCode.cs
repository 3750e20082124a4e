namespace Engine.Silo.CommandLine;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Done = 0;

    /// <summary>It was tried and failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong arguments or settings; nothing was tried.</summary>
    public const int Usage = 2;
}
