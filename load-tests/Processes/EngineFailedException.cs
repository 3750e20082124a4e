namespace Engine.LoadTests.Processes;

/// <summary>An engine, or a process started for a measurement, could not be started or ended by itself.</summary>
internal class EngineFailedException(string message) : Exception(message);
