using Microsoft.Extensions.Logging;

namespace Engine.Storage.Sqlite;

/// <summary>What every file of one storage shares.</summary>
internal sealed record SqliteContext(SqliteStorageOptions Options, TimeProvider Time, ILogger Logger, StorageMetrics Metrics);
