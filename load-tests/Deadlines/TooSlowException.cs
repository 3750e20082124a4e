using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Deadlines;

/// <summary>Something was due before this machine had come so far that it could be watched: the run tells nothing, and wants more lead.</summary>
internal sealed class TooSlowException(string message) : EngineFailedException(message);
