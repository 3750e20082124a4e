using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Hosting;

/// <summary>SIGTERM and Ctrl-C ask for the end. In place of the framework's own, which does not tell who asked.</summary>
internal sealed partial class SignalLifetime(StopRequests stops, IHostApplicationLifetime lifetime, ILogger<SignalLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        lifetime.ApplicationStopping.Register(() =>
        {
            if (!stops.IsAsked)
                LogUnasked(logger);
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        stops.Ask();
    }

    [LoggerMessage(1003, LogLevel.Critical,
        "The process stops although nobody asked it to: a part of it failed, or the cluster has evicted this silo. A new process has to take its place.")]
    private static partial void LogUnasked(ILogger logger);
}
