using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Orleans.Storage;

namespace Orleans.Runtime.AdoNet;

/// <summary>
/// Grain storage in a relational database, by the queries that the database itself holds in table <c>OrleansQuery</c>. A state's
/// ETag is its version, a number that every write raises by one; a query that returns the version it was given wrote nothing.
/// </summary>
internal sealed class AdoNetGrainStorage(
    string name, int initStage, AdoNetDatabase database, string serviceId, IGrainStorageSerializer serializer)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private const string QueriesSql =
        "SELECT QueryKey, QueryText FROM OrleansQuery WHERE QueryKey IN ('ReadFromStorageKey', 'WriteToStorageKey', 'ClearStorageKey')";

    private IReadOnlyDictionary<string, string>? _queries;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe($"{nameof(AdoNetGrainStorage)} {name}", initStage, Initialize);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await using var command = Command(connection, "ReadFromStorageKey", stateName, grainId);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        byte[]? payload = null;
        int? version = null;
        if (await reader.ReadAsync(cancellationToken))
        {
            payload = Get<byte[]>(reader, "PayloadBinary");
            version = reader.IsDBNull(reader.GetOrdinal("Version")) ? null : reader.GetInt32(reader.GetOrdinal("Version"));
        }

        // A cleared state keeps its row for the version's sake.
        grainState.RecordExists = payload is not null;
        grainState.State = payload is null ? default : serializer.Deserialize<T>(new BinaryData(payload));
        grainState.ETag = version?.ToString(CultureInfo.InvariantCulture);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var payload = serializer.Serialize(grainState.State).ToArray();
        await using var connection = await Open(cancellationToken);
        await using var command = Command(connection, "WriteToStorageKey", stateName, grainId);
        AddVersion(command, grainState.ETag);
        Add(command, "PayloadBinary", DbType.Binary, payload);
        grainState.ETag = Advance(grainState.ETag, await command.ExecuteScalarAsync(cancellationToken), stateName, grainId);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (!grainState.RecordExists)
            await ReadStateAsync(stateName, grainId, grainState, cancellationToken);
        if (!grainState.RecordExists)
            return;
        await using var connection = await Open(cancellationToken);
        await using var command = Command(connection, "ClearStorageKey", stateName, grainId);
        AddVersion(command, grainState.ETag);
        grainState.ETag = Advance(grainState.ETag, await command.ExecuteScalarAsync(cancellationToken), stateName, grainId);
        grainState.RecordExists = false;
        grainState.State = default;
    }

    private static T? Get<T>(DbDataReader reader, string column)
        where T : class
    {
        var ordinal = reader.GetOrdinal(column);
        return reader.IsDBNull(ordinal) ? null : (T)reader.GetValue(ordinal);
    }

    private static string Advance(string? etag, object? result, string stateName, GrainId grainId)
    {
        var version = Convert.ToString(result is DBNull ? null : result, CultureInfo.InvariantCulture);
        if (string.IsNullOrEmpty(version) || version == etag)
        {
            throw new InconsistentStateException(
                $"The stored version of state {stateName} of {grainId} is not {etag ?? "new"} any more.", null, etag);
        }

        return version;
    }

    private static void AddVersion(DbCommand command, string? etag) =>
        Add(command, "GrainStateVersion", DbType.Int32, string.IsNullOrEmpty(etag) ? null : int.Parse(etag, CultureInfo.InvariantCulture));

    private static void Add(DbCommand command, string name, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    private async Task Initialize(CancellationToken cancellationToken)
    {
        await using var connection = await Open(cancellationToken);
        await using var command = connection.Command(QueriesSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var queries = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            queries.Add(reader.GetString(0), reader.GetString(1));
        if (queries.Count < 3)
            throw new OrleansConfigurationException($"The database of grain storage '{name}' lacks queries in table OrleansQuery.");
        _queries = queries;
    }

    private DbCommand Command(DbConnection connection, string query, string stateName, GrainId grainId)
    {
        if (_queries is not { } queries)
            throw new InvalidOperationException($"Grain storage '{name}' is used before stage {initStage} of the silo.");
        var key = StorageKey.Of(grainId);
        var command = connection.Command(queries[query]);
        Add(command, "GrainIdHash", DbType.Int32, key.Hash);
        Add(command, "GrainIdN0", DbType.Int64, key.N0);
        Add(command, "GrainIdN1", DbType.Int64, key.N1);
        Add(command, "GrainTypeHash", DbType.Int32, StorageKey.HashOf(Encoding.UTF8.GetBytes(stateName)));
        Add(command, "GrainTypeString", DbType.String, stateName);
        Add(command, "GrainIdExtensionString", DbType.String, key.Text);
        Add(command, "ServiceId", DbType.String, serviceId);
        return command;
    }

    private async Task<DbConnection> Open(CancellationToken cancellationToken)
    {
        var connection = database.Connect();
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
