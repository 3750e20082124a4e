using Engine.Storage.Tests.Contracts;
using Engine.Storage.Tests.Support;

namespace Engine.Storage.Tests.Sqlite;

public sealed class SqliteJournalContract : JournalContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}

public sealed class SqliteJournalReadingContract : JournalReadingContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}
