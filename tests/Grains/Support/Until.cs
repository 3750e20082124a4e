namespace Engine.Grains.Tests.Support;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Until
{
    public static async Task<T> Async<T>(Func<Task<T>> read, Func<T, bool> condition, string what)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var value = await read();
            if (condition(value)) return value;
            if (TimeProvider.System.GetElapsedTime(begin) > TimeSpan.FromMinutes(5)) throw new TimeoutException($"Never happened: {what}. Last seen: {value}");
            await Task.Yield();
        }
    }
}
