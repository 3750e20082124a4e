using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite.Writing;

/// <summary>Something that waits to be written, with the caller who waits for it.</summary>
internal interface IWriteOperation
{
    /// <summary>What it weighs in the queue and in a batch.</summary>
    int Bytes { get; }

    /// <summary>Removes something beyond recovery: completes only when no file holds the old bytes, the log included.</summary>
    bool Scrubs { get; }

    /// <summary>Writes, within the batch's transaction, on the writer's thread. Throwing fails the whole batch.</summary>
    void Execute(SqliteSession session);

    /// <summary>The transaction is durable. Must not run the caller's continuation inline.</summary>
    void Complete();

    /// <summary>The transaction failed. Must not run the caller's continuation inline.</summary>
    void Fail(Exception cause);
}
