using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Runtime.Soak;

/// <summary>Both processes at one moment.</summary>
/// <param name="AtS">Seconds since the load began.</param>
/// <param name="Host">The process with the silo and the server.</param>
/// <param name="Client">The process that calls.</param>
internal sealed record VitalsSample(double AtS, ProcessVitals Host, ProcessVitals Client);
