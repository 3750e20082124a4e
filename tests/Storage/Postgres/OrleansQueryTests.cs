using System.Data;
using System.Data.Common;
using Engine.Storage.Postgres.Migrations;
using Engine.Storage.Tests.Support;
using Npgsql;

namespace Engine.Storage.Tests.Postgres;

/// <summary>
/// The texts in OrleansQuery, run as the official providers run them: with these parameters by name, reading these columns.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class OrleansQueryTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 11, 27, 8, 0, 0, DateTimeKind.Utc);

    private readonly Dictionary<string, string> _texts = [];
    private NpgsqlDataSource _source = null!;

    public async Task InitializeAsync()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await PostgresMigrator.MigrateAsync(database);
        _source = NpgsqlDataSource.Create(database);
        await using var command = _source.CreateCommand("SELECT QueryKey, QueryText FROM OrleansQuery");
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) _texts.Add(row.GetString(0), row.GetString(1));
    }

    public async Task DisposeAsync() => await _source.DisposeAsync();

    [Fact]
    public void Texts_AreThereForEveryKey() => Assert.Equal(
        new[]
        {
            "MembershipReadAllKey", "MembershipReadRowKey", "GatewaysQueryKey", "InsertMembershipKey", "InsertMembershipVersionKey",
            "UpdateMembershipKey", "UpdateIAmAlivetimeKey", "DeleteMembershipTableEntriesKey", "CleanupDefunctSiloEntriesKey",
            "ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey", "DeleteStorageKey",
        }.Order(),
        _texts.Keys.Order());

    [Fact]
    public async Task Membership_InsertUpdateRead_MovesTheVersionWithEveryChangeAndOnlyFromTheOneGiven()
    {
        Assert.Equal(1, await ScalarAsync("InsertMembershipVersionKey", ("DeploymentId", "c")));
        Assert.Equal(0, await ScalarAsync("InsertMembershipVersionKey", ("DeploymentId", "c")));
        var empty = Assert.Single(await ReadAsync("MembershipReadAllKey", ("DeploymentId", "c")));
        Assert.Equal(DBNull.Value, empty["StartTime"]);
        Assert.Equal(0, empty["Version"]);

        Assert.Equal(1, await ScalarAsync("InsertMembershipKey", Member(11_111, 0)));
        // From a version that has passed, and the same member again.
        Assert.Equal(0, await ScalarAsync("InsertMembershipKey", Member(11_112, 0)));
        Assert.Equal(0, await ScalarAsync("InsertMembershipKey", Member(11_111, 1)));
        Assert.Equal(1, await ScalarAsync("InsertMembershipKey", Member(11_112, 1)));

        Assert.Equal(0, await ScalarAsync("UpdateMembershipKey", Update(11_111, 1)));
        Assert.Equal(0, await ScalarAsync("UpdateMembershipKey", Update(11_999, 2)));
        Assert.Equal(1, await ScalarAsync("UpdateMembershipKey", Update(11_111, 2)));

        var all = await ReadAsync("MembershipReadAllKey", ("DeploymentId", "c"));
        Assert.Equal(2, all.Count);
        Assert.All(all, row => Assert.Equal(3, row["Version"]));
        var one = Assert.Single(await ReadAsync("MembershipReadRowKey", Address(11_111)));
        Assert.Equal(3, one["Status"]);
        Assert.Equal("S127.0.0.1:11112:7,2026-11-27 08:00:00", one["SuspectTimes"]);
        Assert.Equal(("silo", "host", 30_000, "127.0.0.1", 7), (one["SiloName"], one["HostName"], one["ProxyPort"], one["Address"], one["Generation"]));
        Assert.Equal((Start, DateTimeKind.Utc), ((DateTime)one["StartTime"], ((DateTime)one["StartTime"]).Kind));
        // The version also when there is no such member.
        Assert.Equal((DBNull.Value, 3), (Assert.Single(await ReadAsync("MembershipReadRowKey", Address(11_999)))["StartTime"], one["Version"]));

        var gateway = Assert.Single(await ReadAsync("GatewaysQueryKey", ("DeploymentId", "c"), ("Status", 3)));
        Assert.Equal(("127.0.0.1", 30_000, 7), (gateway["Address"], gateway["ProxyPort"], gateway["Generation"]));
    }

    [Fact]
    public async Task Membership_TwoChangesFromOneVersion_OneWins()
    {
        await ScalarAsync("InsertMembershipVersionKey", ("DeploymentId", "c"));
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => ScalarAsync("InsertMembershipKey", Member(20_000 + i, 0))));
        Assert.Single(results, 1);
        Assert.Single(await ReadAsync("MembershipReadAllKey", ("DeploymentId", "c")));
    }

    [Fact]
    public async Task Membership_AliveTimesAndCleanUp_TouchOnlyWhatTheyShould()
    {
        await ScalarAsync("InsertMembershipVersionKey", ("DeploymentId", "c"));
        await ScalarAsync("InsertMembershipKey", Member(11_111, 0));
        await ScalarAsync("InsertMembershipKey", Member(11_112, 1));
        await ScalarAsync("InsertMembershipKey", Member(11_113, 2));
        await ScalarAsync("UpdateMembershipKey", Update(11_113, 3));
        await ScalarAsync("UpdateIAmAlivetimeKey", [.. Address(11_112), ("IAmAliveTime", Start.AddHours(2))]);
        await ScalarAsync("CleanupDefunctSiloEntriesKey", ("DeploymentId", "c"), ("IAmAliveTime", Start.AddHours(1)));
        // 11,112 has been seen since, 11,113 is active.
        Assert.Equal([11_112, 11_113], (await ReadAsync("MembershipReadAllKey", ("DeploymentId", "c"))).Select(row => (int)row["Port"]).Order());
        await ScalarAsync("DeleteMembershipTableEntriesKey", ("DeploymentId", "c"));
        Assert.Empty(await ReadAsync("MembershipReadAllKey", ("DeploymentId", "c")));
    }

    [Theory]
    [InlineData("shop/1")]
    [InlineData(null)]
    public async Task Storage_WriteReadClear_TellsConflictsByTheVersion(string? extension)
    {
        var grain = Grain(extension);
        Assert.Empty(await ReadAsync("ReadFromStorageKey", grain));
        Assert.Equal(1, await WriteAsync(grain, null, [1]));
        // A first write where there is one: nothing comes back; an old version: the version itself.
        Assert.Equal(DBNull.Value, await WriteAsync(grain, null, [9]));
        Assert.Equal(2, await WriteAsync(grain, 1, [2]));
        Assert.Equal(1, await WriteAsync(grain, 1, [9]));
        var stored = Assert.Single(await ReadAsync("ReadFromStorageKey", grain));
        Assert.Equal([2], (byte[])stored["PayloadBinary"]);
        Assert.Equal(2, stored["Version"]);
        Assert.Empty(await ReadAsync("ReadFromStorageKey", Grain("other")));

        Assert.Equal(1, await ScalarAsync("ClearStorageKey", [.. grain, Version(1)]));
        Assert.Equal(3, await ScalarAsync("ClearStorageKey", [.. grain, Version(2)]));
        var cleared = Assert.Single(await ReadAsync("ReadFromStorageKey", grain));
        Assert.Equal((DBNull.Value, 3), (cleared["PayloadBinary"], cleared["Version"]));
        Assert.Equal(4, await WriteAsync(grain, 3, [4]));

        Assert.Equal(1, await ScalarAsync("DeleteStorageKey", [.. grain, Version(1)]));
        Assert.NotEqual(4, await ScalarAsync("DeleteStorageKey", [.. grain, Version(4)]));
        Assert.Empty(await ReadAsync("ReadFromStorageKey", grain));
    }

    [Fact]
    public async Task Storage_ManyFirstWritesAtOnce_OneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => WriteAsync(Grain("x"), null, [(byte)i])));
        Assert.Single(results, 1);
        Assert.Single(await ReadAsync("ReadFromStorageKey", Grain("x")));
    }

    private static (string, object?)[] Address(int port) =>
        [("DeploymentId", "c"), ("Address", "127.0.0.1"), ("Port", port), ("Generation", 7)];

    private static (string, object?)[] Member(int port, int version) =>
    [
        .. Address(port), ("IAmAliveTime", Start), ("SiloName", "silo"), ("HostName", "host"), ("StartTime", Start), ("Status", 1),
        ("ProxyPort", 30_000), ("Version", version),
    ];

    private static (string, object?)[] Update(int port, int version) =>
    [
        .. Address(port), ("IAmAliveTime", Start.AddMinutes(1)), ("Status", 3),
        ("SuspectTimes", "S127.0.0.1:11112:7,2026-11-27 08:00:00"), ("Version", version),
    ];

    private static (string, object?)[] Grain(string? extension) =>
    [
        ("GrainIdHash", 11), ("GrainIdN0", 0L), ("GrainIdN1", 5L), ("GrainTypeHash", -3), ("GrainTypeString", "settings"),
        ("GrainIdExtensionString", extension), ("ServiceId", "engine"),
    ];

    private static (string, object?) Version(int? version) => ("GrainStateVersion", version);

    private Task<object?> WriteAsync((string, object?)[] grain, int? version, byte[] payload) =>
        ScalarAsync("WriteToStorageKey", [.. grain, Version(version), ("PayloadBinary", payload)]);

    private async Task<object?> ScalarAsync(string key, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(key, parameters);
        return await command.ExecuteScalarAsync();
    }

    private async Task<List<Dictionary<string, object>>> ReadAsync(string key, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(key, parameters);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object>>();
        while (await row.ReadAsync())
            rows.Add(Enumerable.Range(0, row.FieldCount).ToDictionary(row.GetName, row.GetValue, StringComparer.OrdinalIgnoreCase));
        return rows;
    }

    /// <summary>By the plain ADO.NET types, as a provider that knows no PostgreSQL does.</summary>
    private DbCommand Command(string key, (string Name, object? Value)[] parameters)
    {
        DbCommand command = _source.CreateCommand(_texts[key]);
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            if (value is null) parameter.DbType = name == "GrainStateVersion" ? DbType.Int32 : DbType.String;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
