using Engine.Silo.Configuration;
using Npgsql;

namespace Engine.Silo.Readiness;

/// <summary>
/// Asks the database over a connection of its own: the store's pools may be busy, or wait patiently for a database that is
/// away, and health must say so.
/// </summary>
internal sealed class DatabaseProbe(EngineOptions options) : IReadinessProbe, IAsyncDisposable
{
    private const int TimeoutSeconds = 2;

    private readonly NpgsqlDataSource _source = Create(options.Postgres);

    public string Subject => "the database";

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlDataSource Create(string connectionString) => new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            MinPoolSize = 0, MaxPoolSize = 1, Timeout = TimeoutSeconds, CommandTimeout = TimeoutSeconds, ApplicationName = "engine-health",
        }.ConnectionString)
    {
        // Stands in metrics; otherwise the connection string would.
        Name = "engine-health",
    }.Build();
}
