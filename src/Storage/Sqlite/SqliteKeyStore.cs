using Engine.Grains.Keys;
using Engine.Storage.Sqlite.Native;
using static Engine.Storage.StorageLimits;

namespace Engine.Storage.Sqlite;

/// <summary>Wrapped keys in the state file.</summary>
/// <remarks>
/// Erasing a person is destroying a key, so a key must be gone from the bytes of the files, not just from the table. SQLite
/// keeps old bytes in three places: in freed space (closed by <c>secure_delete</c>), in the write-ahead log (closed by
/// emptying it before the call returns), and in pages whose rows were moved to another page when the tree was balanced
/// (which <c>secure_delete</c> does not reach). So key rows never move: they are only ever added at the end, and a
/// destroyed one is overwritten with zeros where it stands. That row then also bars the name.
/// </remarks>
internal sealed class SqliteKeyStore(SqliteFile file) : IKeyStore
{
    public Task<byte[]?> ReadAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, owner);
        return file.Readers.ReadAsync(session => Find(session, workspace, owner).Wrapped, cancellationToken);
    }

    public Task<byte[]?> CreateAsync(string workspace, string owner, byte[] wrapped, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, owner);
        ArgumentNullException.ThrowIfNull(wrapped);
        CheckBytes(wrapped.Length, WrappedKeyBytesMax, "A wrapped key");
        cancellationToken.ThrowIfCancellationRequested();
        return file.Writer.WriteAsync(session => Create(session, workspace, owner, wrapped), wrapped.Length);
    }

    public Task DestroyAsync(string workspace, string owner, CancellationToken cancellationToken = default)
    {
        CheckName(workspace, owner);
        cancellationToken.ThrowIfCancellationRequested();
        return file.Writer.WriteAsync(
            session => session.Prepare("""
                INSERT INTO keys (workspace, owner, destroyed, wrapped) VALUES (?1, ?2, 1, x'')
                ON CONFLICT (workspace, owner) DO UPDATE SET destroyed = 1, wrapped = zeroblob(length(wrapped))
                """).Bind(1, workspace).Bind(2, owner).Execute(),
            scrubs: true);
    }

    private static byte[]? Create(SqliteSession session, string workspace, string owner, byte[] wrapped)
    {
        var (exists, stored) = Find(session, workspace, owner);
        if (exists) return stored;
        session.Prepare("INSERT INTO keys (workspace, owner, destroyed, wrapped) VALUES (?1, ?2, 0, ?3)")
            .Bind(1, workspace).Bind(2, owner).Bind(3, wrapped).Execute();
        return wrapped;
    }

    private static (bool Exists, byte[]? Wrapped) Find(SqliteSession session, string workspace, string owner)
    {
        var row = session.Prepare("SELECT destroyed, wrapped FROM keys WHERE workspace = ?1 AND owner = ?2")
            .Bind(1, workspace).Bind(2, owner);
        var exists = row.Step();
        var wrapped = exists && row.Int64(0) == 0 ? row.Blob(1) : null;
        row.Reset();
        return (exists, wrapped);
    }

    private static void CheckName(string workspace, string owner)
    {
        ArgumentException.ThrowIfNullOrEmpty(workspace);
        ArgumentNullException.ThrowIfNull(owner);
    }
}
