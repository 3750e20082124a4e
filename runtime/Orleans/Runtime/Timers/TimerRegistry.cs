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
            throw new InvalidOperationException($"{activation.GrainId} is being deactivated; no timer can start.");
        return new GrainTimer<TState>(activation, callback, state, options);
    }
}
