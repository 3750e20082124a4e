using System.Buffers.Binary;
using Engine.Grains.Journal;

namespace Engine.Storage;

/// <summary>A journal position as stored: for each lane transaction and sequence, 8 bytes each, little endian.</summary>
internal static class PositionCodec
{
    private const int LaneBytes = 16;

    public static byte[] Encode(JournalPosition position)
    {
        var bytes = new byte[StreamName.LaneCount * LaneBytes];
        for (var lane = 0; lane < StreamName.LaneCount; lane++)
        {
            var place = bytes.AsSpan(lane * LaneBytes);
            BinaryPrimitives.WriteInt64LittleEndian(place, position[lane].Transaction);
            BinaryPrimitives.WriteInt64LittleEndian(place[8..], position[lane].Sequence);
        }

        return bytes;
    }

    public static JournalPosition Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != StreamName.LaneCount * LaneBytes)
            throw new StorageSchemaException($"A stored journal position has {bytes.Length} bytes.");
        var lanes = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var place = bytes[(lane * LaneBytes)..];
            lanes[lane] = new LanePosition(
                lane, BinaryPrimitives.ReadInt64LittleEndian(place), BinaryPrimitives.ReadInt64LittleEndian(place[8..]));
        }

        return JournalPosition.Of(lanes);
    }
}
