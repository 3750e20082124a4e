using Engine.Testing.Postgres;

namespace Engine.Runtime.Orleans.Tests.Membership;

/// <summary>One server for the tests that leave it running.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public string ConnectionString { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.StartAsync();
        ConnectionString = await Server.CreateDatabaseAsync();
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
