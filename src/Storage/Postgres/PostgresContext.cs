using Microsoft.Extensions.Logging;

namespace Engine.Storage.Postgres;

/// <summary>What every part of one storage shares.</summary>
internal sealed record PostgresContext(PostgresStorageOptions Options, TimeProvider Time, ILogger Logger, StorageMetrics Metrics);
