using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Engine.Silo.Hosting;

/// <summary>
/// Cuts off the connections that a drain would wait for in vain.
/// </summary>
/// <remarks>
/// A server that goes down lets its calls finish, and a client that has stopped reading finishes none: what was sent to it
/// fills its windows and the buffers of the connection, and not even the end of a call gets through. The host gives all
/// parts one time to stop in, the server first; if that took all of it, the silo could not leave its cluster in order,
/// and the others would have to find out that it is gone. So a part of the time is kept back, and whoever is still
/// connected then is not waited for.
/// </remarks>
internal static class DrainCutoff
{
    /// <summary>Of the drain's time, what is the connections'.</summary>
    private const double Share = 0.75;

    public static void UseDrainCutoff(this ListenOptions endpoint, TimeSpan drainTimeout)
    {
        var lifetime = endpoint.ApplicationServices.GetRequiredService<IHostApplicationLifetime>();
        endpoint.Use(next => async connection =>
        {
            using var cutoff = new CancellationTokenSource();
            using var draining = lifetime.ApplicationStopping.Register(() => cutoff.CancelAfter(drainTimeout * Share));
            using var cutting = cutoff.Token.Register(() => connection.Abort(new ConnectionAbortedException("The server is going down.")));
            await next(connection);
        });
    }
}
