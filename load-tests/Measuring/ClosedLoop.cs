using System.Runtime.ExceptionServices;
using Engine.LoadTests.Processes;
using Grpc.Core;

namespace Engine.LoadTests.Measuring;

/// <summary>
/// A fixed number of workers, each of which begins its next operation when the one before has ended: measures how much
/// passes through, not how long customers wait when more arrives than passes. Latencies are those of calls that had to
/// share the machine with <c>concurrency - 1</c> others.
/// </summary>
internal static class ClosedLoop
{
    /// <summary>How long an operation may outlast the stretch.</summary>
    private static readonly TimeSpan StallMax = TimeSpan.FromSeconds(60);

    /// <param name="operation">Gets the worker's number and how many operations that worker began before.</param>
    /// <exception cref="EngineFailedException">A call is not answered long after the stretch is over.</exception>
    /// <exception cref="Exception">The first failure of an operation: a benchmark that answers errors fast is no benchmark.</exception>
    public static async Task<LoadResult> RunAsync(
        int concurrency,
        LoadLimits limits,
        TimeProvider time,
        Func<int, long, CancellationToken, Task> operation,
        CancellationToken cancellationToken)
    {
        using var stalled = new CancellationTokenSource(limits.Time + StallMax, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        var latency = new LatencyLog();
        var left = limits.Operations;
        var begin = time.GetTimestamp();

        async Task<long> WorkAsync(int worker)
        {
            var mine = new List<TimeSpan>();
            long done = 0;
            try
            {
                while (time.GetElapsedTime(begin) < limits.Time && Interlocked.Decrement(ref left) >= 0)
                {
                    var start = time.GetTimestamp();
                    await operation(worker, done, stop.Token).ConfigureAwait(false);
                    mine.Add(time.GetElapsedTime(start));
                    done++;
                }
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }

            latency.AddRange(mine);
            return done;
        }

        var workers = Enumerable.Range(0, concurrency).Select(worker => Task.Run(() => WorkAsync(worker), stop.Token)).ToArray();
        long operations = 0;
        try
        {
            await Task.WhenAll(workers).ConfigureAwait(false);
        }
        catch (Exception) when (stalled.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineFailedException($"A call was not answered within {StallMax.TotalSeconds:0} s.");
        }
        catch (Exception) when (FirstFailure(workers) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }

        foreach (var worker in workers) operations += await worker.ConfigureAwait(false);
        return new LoadResult(operations, time.GetElapsedTime(begin), latency);
    }

    /// <summary>What went wrong first, rather than the cancellations that followed from it.</summary>
    private static Exception? FirstFailure(Task<long>[] workers)
    {
        var failures = workers.Where(w => w.IsFaulted).SelectMany(w => w.Exception!.InnerExceptions).ToList();
        return failures.FirstOrDefault(e => e is not RpcException { StatusCode: StatusCode.Cancelled })
            ?? failures.FirstOrDefault();
    }
}
