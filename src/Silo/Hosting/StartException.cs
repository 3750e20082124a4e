namespace Engine.Silo.Hosting;

/// <summary>The engine cannot start for a reason that its operator can mend. The message says how; it is all that is shown.</summary>
internal sealed class StartException(string message) : Exception(message);
