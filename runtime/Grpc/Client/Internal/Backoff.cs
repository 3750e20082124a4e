namespace Grpc.Net.Client.Internal;

/// <summary>Growing waits between attempts, each with a random part so that clients do not come back together.</summary>
internal struct Backoff
{
    private const double Growth = 1.6;
    private const double Jitter = 0.2;

    private TimeSpan _next;

    public Task WaitAsync(GrpcChannel channel, CancellationToken cancellationToken) =>
        Task.Delay(Next(channel.Options), channel.Time, cancellationToken);

    public TimeSpan Next(GrpcChannelOptions options)
    {
        var wait = _next == default ? options.InitialReconnectBackoff : _next;
        var longest = options.MaxReconnectBackoff ?? TimeSpan.MaxValue;
        if (wait > longest)
        {
            wait = longest;
        }

        _next = wait < TimeSpan.FromDays(1) ? wait * Growth : wait;
#pragma warning disable CA5394 // Spreads load; nothing secret.
        return wait * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble()));
#pragma warning restore CA5394
    }

    public void Reset() => _next = default;
}
