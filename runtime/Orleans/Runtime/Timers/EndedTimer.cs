namespace Orleans.Runtime.Timers;

/// <summary>A timer of an activation that ends: disposed from the start, it never ticks.</summary>
internal sealed class EndedTimer : IGrainTimer
{
    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        GrainTimer.CheckSpan(dueTime, nameof(dueTime));
        GrainTimer.CheckSpan(period, nameof(period));
        throw new ObjectDisposedException(nameof(IGrainTimer));
    }

    public void Dispose()
    {
    }
}
