namespace Engine.Silo.Tests.Processes;

/// <summary>What a command printed, and what it ended with.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}
