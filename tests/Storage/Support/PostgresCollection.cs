namespace Engine.Storage.Tests.Support;

/// <summary>
/// The tests that share one server, one after the other: what one of them holds open delays the readers of all.
/// </summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<SharedPostgres>
{
    public const string Name = "PostgreSQL";
}
