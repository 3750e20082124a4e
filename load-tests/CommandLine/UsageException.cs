namespace Engine.LoadTests.CommandLine;

/// <summary>The command line, or a file named on it, is wrong; the message tells the user what to change.</summary>
internal sealed class UsageException(string message) : Exception(message);
