using System.Globalization;
using Orleans.Runtime;

namespace Engine.LoadTests.Runtime.Probing;

/// <inheritdoc/>
[GrainType("loadtests-probe")]
public sealed class ProbeGrain : Grain, IProbeGrain
{
    private static long _active;
    private static long _ever;

    /// <summary>Activated and not deactivated, in this process.</summary>
    public static long Active => Interlocked.Read(ref _active);

    /// <summary>Ever activated in this process.</summary>
    public static long Ever => Interlocked.Read(ref _ever);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _active);
        Interlocked.Increment(ref _ever);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Interlocked.Decrement(ref _active);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<long> AskAsync(long number) => Task.FromResult(number);

    /// <inheritdoc/>
    public async Task<long> FailAsync(long number)
    {
        await Task.Yield();
        throw new InvalidOperationException(Sentence(number));
    }

    /// <inheritdoc/>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <inheritdoc/>
    public Task<long> LeaveAsync(long number)
    {
        DeactivateOnIdle();
        return Task.FromResult(number);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<long> CountAsync(long count)
    {
        for (long i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    /// <summary>What <see cref="FailAsync"/> says.</summary>
    internal static string Sentence(long number) => string.Create(CultureInfo.InvariantCulture, $"Probe {number} fails as asked.");
}
