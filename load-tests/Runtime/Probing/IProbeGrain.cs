namespace Engine.LoadTests.Runtime.Probing;

/// <summary>A grain that does what a caller wants to see the runtime cope with.</summary>
public interface IProbeGrain : IGrainWithStringKey
{
    /// <returns>The number.</returns>
    Task<long> AskAsync(long number);

    /// <exception cref="InvalidOperationException">Always; its message names the number.</exception>
    Task<long> FailAsync(long number);

    /// <summary>Ends when the caller gives up.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task WaitAsync(CancellationToken cancellationToken);

    /// <summary>Ends the activation once this call has ended.</summary>
    /// <returns>The number.</returns>
    Task<long> LeaveAsync(long number);

    /// <returns>0, 1, 2, ... as many as wanted.</returns>
    IAsyncEnumerable<long> CountAsync(long count);
}
