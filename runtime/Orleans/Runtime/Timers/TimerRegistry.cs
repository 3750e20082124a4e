using Orleans.Runtime.Activations;
using Orleans.Timers;

namespace Orleans.Runtime.Timers;

/// <summary>Registers timers with activations.</summary>
internal sealed class TimerRegistry : ITimerRegistry
{
    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state,
        GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (grainContext is not Activation activation)
            throw new InvalidOperationException("Timers belong to activations of grains.");
        if (activation.State >= ActivationState.Deactivating)
        {
            // Who ends is told so by no exception: what it was asked to do may be done already.
            GrainTimer.CheckSpan(options.DueTime, nameof(options.DueTime));
            GrainTimer.CheckSpan(options.Period, nameof(options.Period));
            return new EndedTimer();
        }

        return new GrainTimer<TState>(activation, callback, state, options);
    }
}
