using Grpc.Core;

namespace Engine.LoadTests.Replay;

/// <summary>An agent of a run.</summary>
/// <param name="Name">agents/{agent}.</param>
/// <param name="Headers">Of the agent's own key.</param>
internal sealed record StaffAgent(string Name, Metadata Headers);
