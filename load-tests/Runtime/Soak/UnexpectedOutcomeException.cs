namespace Engine.LoadTests.Runtime.Soak;

/// <summary>A call ended otherwise than it had to.</summary>
internal sealed class UnexpectedOutcomeException(string message) : Exception(message);
