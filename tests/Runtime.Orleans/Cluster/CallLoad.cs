using System.Collections.Concurrent;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>Callers that call many grains one call after the other, and what became of their calls.</summary>
internal sealed class CallLoad
{
    private readonly Task[] _callers;
    private long _succeeded;
    private volatile bool _isEnding;

    public CallLoad(int callers, int grains, params IGrainFactory[] factories)
    {
        var prefix = Guid.NewGuid().ToString("N");
        _callers = [.. Enumerable.Range(0, callers).Select(caller => Task.Run(() =>
            Run(new Random(caller), factories[caller % factories.Length], prefix, grains)))];
    }

    public ConcurrentQueue<Exception> Failures { get; } = new();

    public long Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Waits for this many more calls.</summary>
    public Task More(int calls)
    {
        var wanted = Succeeded + calls;
        return Support.Deadline.Until(() => Succeeded >= wanted, $"{calls} more calls; failures: {Summary()}");
    }

    public async Task End()
    {
        _isEnding = true;
        await Task.WhenAll(_callers);
    }

    public string Summary() => string.Join("; ", Failures.GroupBy(static error => $"{error.GetType().Name}: {error.Message}")
        .OrderByDescending(static group => group.Count()).Take(5).Select(static group => $"{group.Count()} x {group.Key}"));

    private async Task Run(Random random, IGrainFactory factory, string prefix, int grains)
    {
        while (!_isEnding)
        {
            var number = random.Next(1_000_000);
            try
            {
                var sum = await factory.GetGrain<IPlacedGrain>($"{prefix}{random.Next(grains)}").Add(number, 1);
                if (sum != number + 1)
                    throw new InvalidOperationException($"{number} + 1 is not {sum}.");
                Interlocked.Increment(ref _succeeded);
            }
            catch (Exception error)
            {
                Failures.Enqueue(error);
                await Task.Yield();
            }
        }
    }
}
