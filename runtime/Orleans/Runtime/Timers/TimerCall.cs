using Orleans.Runtime.Generated;

namespace Orleans.Runtime;

/// <summary>A tick of a grain timer: it takes its turn like a call.</summary>
internal sealed class TimerCall(int number, bool interleave, bool keepsAlive, Func<Task> tick, Action postpone) : TaskCall
{
    private static readonly CallMethod Waits = new(
        typeof(IGrainTimer), typeof(IGrainTimer), "Tick", "timer", CallOptions.OneWay, null);

    private static readonly CallMethod Interleaves = new(
        typeof(IGrainTimer), typeof(IGrainTimer), "Tick", "timer.interleave", CallOptions.OneWay | CallOptions.AlwaysInterleave, null);

    public override CallMethod Method => interleave ? Interleaves : Waits;

    /// <summary>Tells the timers of an activation apart in the log.</summary>
    public int Number => number;

    public bool KeepsAlive => keepsAlive;

    /// <summary>Ticks later: the silo is suspended.</summary>
    public void Postpone() => postpone();

    public override int GetArgumentCount() => 0;

    public override object? GetArgument(int index) => throw new ArgumentOutOfRangeException(nameof(index));

    public override void SetArgument(int index, object value) => throw new ArgumentOutOfRangeException(nameof(index));

    public override Task Invoke(object target) => tick();
}
