using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Writing;

/// <summary>A write given as a function: for everything but journal appends, which have their own cheaper form.</summary>
internal sealed class WriteCall<T>(Func<SqliteSession, T> write, int bytes, bool scrubs)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWriteOperation
{
    private T _result = default!;

    public int Bytes => bytes;

    public bool Scrubs => scrubs;

    public void Execute(SqliteSession session) => _result = write(session);

    public void Complete() => SetResult(_result);

    public void Fail(Exception cause) => SetException(cause);
}
