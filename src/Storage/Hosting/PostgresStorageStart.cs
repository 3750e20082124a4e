using Engine.Storage.Postgres;
using Microsoft.Extensions.Hosting;

namespace Engine.Storage.Hosting;

/// <summary>Opens the storage before anything else of the host starts: Orleans reads its tables as soon as it does.</summary>
internal sealed class PostgresStorageStart(PostgresStorage storage) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => storage.OpenAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
