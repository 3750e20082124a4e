using Engine.LoadTests.Chaos.History;
using Npgsql;

namespace Engine.LoadTests.Chaos.Cluster;

/// <summary>Reads from PostgreSQL itself who wrote what: what the engine would say of this is not evidence.</summary>
internal static class JournalOwners
{
    private const string Sql = "SELECT stream, version, silo, epoch FROM journal ORDER BY stream, version";

    public static async Task<OwnershipChecker> CheckAsync(string connectionString, CancellationToken cancellationToken)
    {
        var checker = new OwnershipChecker();
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            checker.See(new StreamCommit(
                reader.GetString(0), reader.GetInt64(1), FormattableString.Invariant($"{reader.GetString(2)} {reader.GetInt64(3)}")));
        }

        return checker;
    }
}
