namespace Engine.Runtime.Orleans.Tests.Support;

/// <summary>Waits for conditions, never for time.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task Until(Func<bool> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
                throw new TimeoutException($"Not within {Limit}: {what}.");
            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Lets others run before a condition is looked at again: at first only by yielding.</summary>
    public static async Task Pause(int attempt)
    {
        if (attempt < 50)
        {
            await Task.Yield();
            return;
        }

        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        await tick.WaitForNextTickAsync();
    }

    public static Task Within(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);
}
