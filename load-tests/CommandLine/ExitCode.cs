namespace Engine.LoadTests.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>It ran, and what it checked does not hold.</summary>
    public const int CheckFailed = 1;

    /// <summary>The command line or an input file is wrong; nothing was run.</summary>
    public const int Usage = 2;

    /// <summary>It could not be run: no engine, no connection, no permission.</summary>
    public const int Failed = 3;

    /// <summary>Interrupted with Ctrl-C.</summary>
    public const int Interrupted = 130;
}
