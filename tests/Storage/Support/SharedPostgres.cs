using Engine.Testing.Postgres;

namespace Engine.Storage.Tests.Support;

/// <summary>One server for many tests, each with a database of its own.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    // A vacuum that comes along would hold readers back for a moment, which tests would see.
    public async Task InitializeAsync() =>
        Server = await PostgresServer.StartAsync(new PostgresServerOptions { Settings = ["autovacuum=off"] });

    public async Task DisposeAsync() => await Server.DisposeAsync();

    internal async Task<PostgresFixture> OpenAsync(Action<Storage.Postgres.PostgresStorageOptions>? configure = null) =>
        await PostgresFixture.OpenAsync(await Server.CreateDatabaseAsync(), configure);
}
