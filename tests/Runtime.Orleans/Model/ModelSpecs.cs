namespace Engine.Runtime.Orleans.Tests.Model;

internal enum GrainKind { Plain, Reentrant, Deciding }

internal enum CallKind { Write, Read, Interleave, Nudge, Cancellable, Doomed, Tick, InterleavingTick }

/// <summary>
/// Gate: wait until the driver opens it. Call: call and wait. Fork: call, wait at the end of the method. Section: let
/// this call chain in from here on. End: ask for deactivation. Timer: register a timer.
/// </summary>
internal enum StepKind { Gate, Yield, Call, Fork, Section, End, Timer }

/// <summary>Burst: send from a thread of its own. Tick: move the timers' clock by one period.</summary>
internal enum ActionKind { Send, Burst, Open, Cancel, Tick }

/// <param name="Kind">What to do.</param>
/// <param name="Argument">The gate or the call.</param>
internal readonly record struct ModelStep(StepKind Kind, int Argument = -1);

/// <param name="Kind">What the driver does.</param>
/// <param name="Argument">The gate or the call.</param>
/// <param name="Settles">Whether the driver then waits until everything that can go on has gone on.</param>
internal readonly record struct ModelAction(ActionKind Kind, int Argument, bool Settles);

/// <summary>How a grain behaves.</summary>
/// <param name="Kind">Its class.</param>
/// <param name="MayEnd">Whether its calls may ask for deactivation.</param>
/// <param name="EndGate">What its deactivation waits for; -1 for nothing.</param>
internal sealed record GrainSpec(GrainKind Kind, bool MayEnd, int EndGate);

/// <summary>A call, and what the method does.</summary>
internal sealed record CallSpec(int Id, int Grain, CallKind Kind, int Parent, int Chain, bool Throws)
{
    public List<ModelStep> Steps { get; } = [];

    public int Result => (7 * Id) + 1;

    public bool IsTick => Kind is CallKind.Tick or CallKind.InterleavingTick;

    public bool AlwaysInterleaves => Kind is CallKind.Interleave or CallKind.InterleavingTick;

    /// <summary>Whether the predicate of a deciding grain lets it in.</summary>
    public bool IsChosen => Kind == CallKind.Write && Id % 2 == 0;

    public override string ToString() =>
        $"{Kind} {Id} of grain {Grain}{(Parent < 0 ? "" : $", from {Parent}")}{(Chain < 0 ? "" : $", chain {Chain}")}{(Throws ? ", throws" : "")}";
}
