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

public sealed class SqliteKeyStoreContract : KeyStoreContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}

public sealed class SqliteConsumerStoreContract : ConsumerStoreContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}

public sealed class SqliteViewStoreContract : ViewStoreContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}

public sealed class SqliteConversationListContract : ConversationListContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}

public sealed class SqliteReminderTableContract : ReminderTableContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}

public sealed class SqliteGrainStorageContract : GrainStorageContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}

public sealed class SqlitePromiseViewContract : PromiseViewContract
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new SqliteFixture());
}
