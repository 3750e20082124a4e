using Engine.Storage.Postgres.Connections;
using Microsoft.Extensions.Options;

namespace Engine.Storage.Postgres;

/// <summary>What attributes cannot say: that the connection string can be read. Never repeats it.</summary>
internal sealed class PostgresStorageOptionsValidator : IValidateOptions<PostgresStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgresStorageOptions options)
    {
        // Empty is reported by its attribute.
        if (options.ConnectionString.Length == 0) return ValidateOptionsResult.Success;
        try
        {
            return PostgresDataSource.Parse(options.ConnectionString).Host is { Length: > 0 }
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{nameof(PostgresStorageOptions.ConnectionString)} names no host.");
        }
        catch (ArgumentException fault)
        {
            return ValidateOptionsResult.Fail($"{nameof(PostgresStorageOptions.ConnectionString)}: {fault.Message}");
        }
    }
}
