namespace Engine.Silo.Configuration;

/// <summary>The options, and everything that is wrong with them.</summary>
/// <param name="Options">Fit for use only without faults.</param>
/// <param name="Faults">One sentence each, beginning with where it stands.</param>
internal sealed record EngineConfigurationResult(EngineOptions Options, IReadOnlyList<string> Faults);
