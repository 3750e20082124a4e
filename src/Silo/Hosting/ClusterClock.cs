using Engine.Silo.Configuration;
using Engine.Storage.Postgres.Time;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Hosting;

/// <summary>The database's clock, with the log it writes to: it runs before the host is built, and until it is gone.</summary>
internal sealed class ClusterClock : IAsyncDisposable
{
    private readonly DatabaseClock _clock;
    private readonly ILoggerFactory _logs;

    private ClusterClock(DatabaseClock clock, ILoggerFactory logs) => (_clock, _logs) = (clock, logs);

    public TimeProvider Time => _clock;

    public static async Task<ClusterClock> StartAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        var logs = LoggerFactory.Create(builder => LogSetup.Configure(builder, options));
        try
        {
            var clock = await DatabaseClock.StartAsync(options.Postgres, null, logs.CreateLogger("Engine.Storage"), cancellationToken);
            return new ClusterClock(clock, logs);
        }
        catch
        {
            logs.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _clock.DisposeAsync();
        _logs.Dispose();
    }
}
