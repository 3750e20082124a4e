using System.Net;

namespace Engine.LoadTests.Chaos.Network;

/// <summary>Room for one process.</summary>
/// <param name="Address">Its own address.</param>
/// <param name="Prefix">What stands before a command so that it runs there.</param>
internal sealed record NetworkPlace(IPAddress Address, IReadOnlyList<string> Prefix);
