using System.Security.Cryptography;
using Engine.Silo.Tests.Processes;
using Engine.Testing.Postgres;
using Npgsql;

namespace Engine.Silo.Tests.Cluster;

/// <summary>An engine on a database that is named, and owned, as on the operator's page; with its API.</summary>
internal sealed class RestoredEngine : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly string _masterKey;
    private readonly string _adminKey;

    private RestoredEngine(TemporaryDirectory directory, EngineProcess engine, string masterKey, string adminKey)
    {
        (_directory, Engine, _masterKey, _adminKey) = (directory, engine, masterKey, adminKey);
        Api = new EngineApi(engine.Address, adminKey);
    }

    public EngineProcess Engine { get; }

    public EngineApi Api { get; }

    /// <param name="before">Whose master key this one is given, and whose clients it has; null: the first.</param>
    public static async Task<RestoredEngine> StartAsync(PostgresServer server, string user, RestoredEngine? before = null)
    {
        var masterKey = before?._masterKey ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionStringOf("engine")) { Username = user };
        var directory = new TemporaryDirectory();
        try
        {
            var engine = await EngineProcess.StartAsync(
                directory.File("data"),
                environment: new Dictionary<string, string?>
                {
                    ["ENGINE_POSTGRES"] = connection.ConnectionString, ["ENGINE_MASTER_KEY"] = masterKey,
                });
            return new RestoredEngine(directory, engine, masterKey, before?._adminKey ?? engine.AdminKey);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Engine.DisposeAsync();
        _directory.Dispose();
    }
}
