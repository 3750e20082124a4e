namespace Engine.LoadTests.Runtime.Soak;

/// <summary>A kind of call.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="Weight">How often it is drawn, compared with the others.</param>
/// <param name="RunAsync">Calls, and checks that the call ends as it must.</param>
internal sealed record SoakCase(string Name, int Weight, Func<Random, Task> RunAsync);
