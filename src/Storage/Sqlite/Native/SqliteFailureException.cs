using Engine.Grains.Journal;

namespace Engine.Storage.Sqlite.Native;

/// <summary>SQLite refused an operation; carries its extended result code. Leaves the stores as <see cref="JournalUnavailableException"/>.</summary>
internal sealed class SqliteFailureException(int resultCode, string message) : Exception($"SQLite error {resultCode}: {message}")
{
    public int ResultCode { get; } = resultCode;
}
