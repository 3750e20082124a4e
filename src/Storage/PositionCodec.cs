using System.Buffers.Binary;
using Engine.Grains.Journal;

namespace Engine.Storage;

/// <summary>A journal position as stored: for each of some lanes transaction and sequence, 8 bytes each, little endian.</summary>
internal static class PositionCodec
{
    private const int LaneBytes = 16;

    public static byte[] Encode(JournalPosition position) => Encode(position, LaneSet.All);

    public static byte[] Encode(JournalPosition position, LaneSet lanes)
    {
        var bytes = new byte[CountOf(lanes) * LaneBytes];
        var place = bytes.AsSpan();
        foreach (var lane in lanes.Lanes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(place, position[lane].Transaction);
            BinaryPrimitives.WriteInt64LittleEndian(place[8..], position[lane].Sequence);
            place = place[LaneBytes..];
        }

        return bytes;
    }

    public static JournalPosition Decode(ReadOnlySpan<byte> bytes) => Decode(bytes, LaneSet.All);

    /// <summary>Other lanes stand at the start.</summary>
    public static JournalPosition Decode(ReadOnlySpan<byte> bytes, LaneSet lanes)
    {
        if (bytes.Length != CountOf(lanes) * LaneBytes)
            throw new StorageSchemaException($"A stored journal position has {bytes.Length} bytes.");
        var places = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < places.Length; lane++)
        {
            if (!lanes.Contains(lane))
            {
                places[lane] = new LanePosition(lane, 0, 0);
                continue;
            }

            places[lane] = new LanePosition(
                lane, BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
            bytes = bytes[LaneBytes..];
        }

        return JournalPosition.Of(places);
    }

    private static int CountOf(LaneSet lanes) => (StreamName.LaneCount - lanes.Group + lanes.Groups - 1) / lanes.Groups;
}
