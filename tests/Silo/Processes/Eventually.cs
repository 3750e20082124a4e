namespace Engine.Silo.Tests.Processes;

/// <summary>Waits for something that another process brings about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again and again until the answer is not null.</summary>
    /// <exception cref="TimeoutException">It stayed null.</exception>
    public static Task<T> GetAsync<T>(Func<T?> read)
        where T : class => GetAsync(() => Task.FromResult(read()));

    /// <inheritdoc cref="GetAsync{T}(Func{T})"/>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            if (await read() is { } value)
                return value;
            if (TimeProvider.System.GetElapsedTime(began) > Limits.Patience)
                throw new TimeoutException($"Nothing within {Limits.Patience}.");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Asks again and again until it holds.</summary>
    public static Task HoldsAsync(Func<bool> condition) => GetAsync(() => condition() ? "" : null);
}
