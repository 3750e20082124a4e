using Engine.LoadTests.Measuring;
using Engine.LoadTests.Processes;
using Engine.LoadTests.Runtime.Probing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.LoadTests.Runtime.Bench;

/// <summary>A silo in this process, called from this process: the cost of a grain call with no network in it.</summary>
internal sealed class OwnSilo : IAsyncDisposable
{
    private const int ActivateConcurrency = 64;
    private readonly IHost _host;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private long _nextKey = 1_000_000;

    private OwnSilo(IHost host, TimeProvider time, TimeSpan startTime)
    {
        _host = host;
        _grains = host.Services.GetRequiredService<IGrainFactory>();
        _time = time;
        StartTime = startTime;
    }

    /// <summary>From the first line of configuration until the silo is active.</summary>
    public TimeSpan StartTime { get; }

    public static async Task<OwnSilo> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.UseOrleans(RuntimeHostCommand.ConfigureSilo);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new OwnSilo(host, time, time.GetElapsedTime(begin));
    }

    /// <param name="grainCount">How many grains the callers share.</param>
    public Task<LoadResult> RunPingAsync(int concurrency, int grainCount, LoadLimits limits, CancellationToken cancellationToken)
    {
        IPingGrain[] grains =
            [.. Enumerable.Range(0, concurrency).Select(worker => _grains.GetGrain<IPingGrain>(worker % grainCount))];
        return ClosedLoop.RunAsync(concurrency, limits, _time, async (worker, n, _) =>
        {
            var answer = await grains[worker].PingAsync(n);
            if (answer != n) throw new EngineFailedException($"Ping {n} was answered with {answer}.");
        }, cancellationToken);
    }

    /// <summary>Calls grains that were never called before, and compares the heap before and after.</summary>
    public async Task<(double BytesEach, double PerSecond)> ActivateAsync(int count, CancellationToken cancellationToken)
    {
        // What the first activations allocate for good is not theirs.
        await CallNewAsync(1_000, cancellationToken);
        var before = Heap.CollectedBytes();
        var begin = _time.GetTimestamp();
        await CallNewAsync(count, cancellationToken);
        var elapsed = _time.GetElapsedTime(begin);
        var bytes = Heap.CollectedBytes() - before;
        return ((double)bytes / count, count / elapsed.TotalSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private async Task CallNewAsync(int count, CancellationToken cancellationToken)
    {
        var first = _nextKey;
        _nextKey += count;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ActivateConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(first, first + count, parallel, async (key, _) =>
        {
            if (await _grains.GetGrain<IPingGrain>(key).PingAsync(key) != key)
                throw new EngineFailedException($"Grain {key} answered with another number.");
        });
    }
}
