namespace Engine.Grains.Journal;

/// <summary>One commit as stored.</summary>
/// <param name="Version">1 for a stream's first commit, without gaps.</param>
/// <param name="Silo">Who wrote it: the silo's name.</param>
/// <param name="Epoch">Which start of that silo wrote it.</param>
public sealed record JournalRow(
    StreamName Stream, long Version, LanePosition Position, string Silo, long Epoch, ReadOnlyMemory<byte> Payload);
