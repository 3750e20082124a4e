using Orleans.Concurrency;

namespace Engine.Grains.Deadlines;

/// <summary>Wakes the actors whose reminders are overdue, for the whole cluster; key 0. It works while it is active.</summary>
public interface IOverdueGrain : IGrainWithIntegerKey
{
    /// <summary>Does nothing but be called: whoever calls it makes it work somewhere.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:00:05")]
    Task EnsureRunningAsync();
}
