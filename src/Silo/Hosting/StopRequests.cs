using Microsoft.Extensions.Hosting;

namespace Engine.Silo.Hosting;

/// <summary>
/// Tells an end that somebody asked for from one that nobody did. The host stops the same way when a part of it fails and
/// when the cluster has evicted the silo; only a supervisor that is told of failure starts a new process then.
/// </summary>
internal sealed class StopRequests(IHostApplicationLifetime lifetime)
{
    private volatile bool _isAsked;

    public bool IsAsked => _isAsked;

    /// <summary>Begins the end, unless it has begun. What has begun by itself stays so.</summary>
    public void Ask()
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
            _isAsked = true;
        lifetime.StopApplication();
    }
}
