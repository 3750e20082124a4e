using Engine.Storage.Tests.Contracts;
using Engine.Storage.Tests.Support;

namespace Engine.Storage.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalContract(SharedPostgres postgres) : JournalContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresJournalReadingContract(SharedPostgres postgres) : JournalReadingContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresKeyStoreContract(SharedPostgres postgres) : KeyStoreContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresConsumerStoreContract(SharedPostgres postgres) : ConsumerStoreContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresViewStoreContract(SharedPostgres postgres) : ViewStoreContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresConversationListContract(SharedPostgres postgres) : ConversationListContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresReminderTableContract(SharedPostgres postgres) : ReminderTableContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresPromiseViewContract(SharedPostgres postgres) : PromiseViewContract
{
    protected override async Task<IStoreFixture> CreateAsync() => await postgres.OpenAsync();
}
