using Engine.Storage.Tests.Support;

namespace Engine.Storage.Tests.Contracts;

/// <summary>What every contract needs: a fresh backend for each test.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    /// <summary>A test that has to wait longer than this has failed.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    protected IStoreFixture Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await CreateAsync();

    public async Task DisposeAsync() => await Store.DisposeAsync();

    protected abstract Task<IStoreFixture> CreateAsync();

    /// <summary>Bytes that occur nowhere else.</summary>
    protected static byte[] Unique(int length) => System.Security.Cryptography.RandomNumberGenerator.GetBytes(length);
}
