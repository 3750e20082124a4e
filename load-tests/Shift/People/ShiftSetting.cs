using Engine.LoadTests.Shift.Running;
using Grpc.Core;

namespace Engine.LoadTests.Shift.People;

/// <summary>What all people of a shift share.</summary>
/// <param name="Begin">When it begins, by the engine's clock.</param>
/// <param name="End">When no customer writes any more.</param>
/// <param name="Integration">Headers of the program that connects channels and bots.</param>
/// <param name="Run">A number below a billion that makes addresses unique.</param>
internal sealed record ShiftSetting(
    ShiftCalls Calls, ShopFloor Floor, SentLog Log, ShiftClock Clock, DateTimeOffset Begin, DateTimeOffset End, Metadata Integration, int Run)
{
    public bool IsOver => Clock.Now >= End;
}
