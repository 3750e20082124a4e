using System.Buffers.Binary;
using System.Numerics;
using Engine.Storage.Sqlite.Native;

namespace Engine.Storage.Sqlite;

/// <summary>Blobs that can be destroyed: after that, no byte of them is left in the file.</summary>
/// <remarks>
/// <para>
/// <c>PRAGMA secure_delete</c> promises to overwrite what is deleted, and does so where it stands. But when a tree is balanced -
/// a row grew, a neighbour went - rows are copied to other pages, and what is left of them in the free space of the old
/// page is overwritten by nobody, then or later (seen in a test: one blob in about a thousand survived its deletion).
/// Rewriting the whole file for each erasure would help, and is out of the question.
/// </para>
/// <para>
/// So these rows never move. They are only ever added behind all others, have a fixed size for ever, and are overwritten
/// in place: with new content, or with zeros. A freed slot waits for the next blob of its size class, so the table grows
/// only as far as the largest set of blobs held at one time. Sizes come in steps of a third to a half.
/// </para>
/// </remarks>
internal static class ErasableSlots
{
    private const int LengthBytes = sizeof(int);
    private const int SmallestBytes = 64;

    /// <summary>Stores a blob, in the place of an older one when there is one (else 0); returns where it is.</summary>
    public static long Put(SqliteSession session, long slot, ReadOnlySpan<byte> content)
    {
        var size = SizeFor(content.Length);
        var padded = new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(padded, content.Length);
        content.CopyTo(padded.AsSpan(LengthBytes));

        if (slot != 0 && SizeOf(session, slot) != size)
        {
            Free(session, slot);
            slot = 0;
        }

        if (slot == 0) slot = TakeFree(session, size);
        if (slot == 0)
        {
            session.Prepare("INSERT INTO slots (content) VALUES (?1)").Bind(1, padded).Execute();
            return session.LastInsertRowId;
        }

        session.Prepare("UPDATE slots SET content = ?2 WHERE id = ?1").Bind(1, slot).Bind(2, padded).Execute();
        return slot;
    }

    /// <summary>Overwrites with zeros. Gone from the files once the write-ahead log is emptied.</summary>
    public static void Free(SqliteSession session, long slot)
    {
        var size = SizeOf(session, slot);
        if (size == 0) return;
        session.Prepare("UPDATE slots SET content = zeroblob(length(content)) WHERE id = ?1").Bind(1, slot).Execute();
        session.Prepare("INSERT INTO free_slots (size, id) VALUES (?1, ?2)").Bind(1, size).Bind(2, slot).Execute();
    }

    /// <summary>The blob in a slot's column.</summary>
    public static byte[] Content(SqliteStatement row, int column)
    {
        var content = row.Bytes(column);
        return content.Slice(LengthBytes, BinaryPrimitives.ReadInt32LittleEndian(content)).ToArray();
    }

    /// <summary>64, 96, 128, 192, 256 ... with room for the length.</summary>
    private static int SizeFor(int contentBytes)
    {
        var needed = Math.Max(contentBytes + LengthBytes, SmallestBytes);
        var power = (int)BitOperations.RoundUpToPowerOf2((uint)needed);
        var between = power / 4 * 3;
        return needed <= between ? between : power;
    }

    private static int SizeOf(SqliteSession session, long slot) =>
        (int)session.Prepare("SELECT length(content) FROM slots WHERE id = ?1").Bind(1, slot).First();

    private static long TakeFree(SqliteSession session, int size)
    {
        var slot = session.Prepare("SELECT id FROM free_slots WHERE size = ?1 LIMIT 1").Bind(1, size).First();
        if (slot != 0) session.Prepare("DELETE FROM free_slots WHERE size = ?1 AND id = ?2").Bind(1, size).Bind(2, slot).Execute();
        return slot;
    }
}
