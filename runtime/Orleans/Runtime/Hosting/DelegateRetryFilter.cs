namespace Orleans.Runtime.Hosting;

/// <summary>A retry filter made of a function.</summary>
internal sealed class DelegateRetryFilter(Func<Exception, CancellationToken, Task<bool>> decide) : IClientConnectionRetryFilter
{
    public Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken) =>
        decide(exception, cancellationToken);
}
