using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Google.Protobuf;

namespace Engine.Api.Positions;

/// <summary>
/// Positions as clients hold them: opaque text.
/// </summary>
/// <remarks>
/// A position handed out must come back whole or not at all: one that is cut, mistyped or another workspace's would
/// silently skip or repeat events. So a token says what kind it is and ends with a checksum over itself and the
/// workspace. That is no secret and keeps nobody out - the workspace of a call always comes from its key - it only tells
/// accidents from positions.
/// </remarks>
internal static class PositionToken
{
    private const byte WriteKind = (byte)'w';
    private const byte EventKind = (byte)'e';
    private const int ChecksumBytes = 4;
    private const int TokenLengthMax = 8_192;

    /// <summary>The position of one commit, as mutations return it.</summary>
    public static string OfWrite(string workspace, Position position)
    {
        var positions = new Internal.V1.Positions();
        positions.Lanes.Add(position);
        return Encode(workspace, WriteKind, positions);
    }

    /// <summary>A position in the workspace's events.</summary>
    public static string OfEvents(string workspace, JournalPosition position) => Encode(workspace, EventKind, ToMessage(position));

    /// <summary>Reads a position in the workspace's events.</summary>
    public static bool TryParseEvents(string workspace, string token, [NotNullWhen(true)] out JournalPosition? position) =>
        TryDecode(workspace, token, out var kind, out position) && kind == EventKind;

    /// <summary>Reads a position that a list shall have reached: of a commit, or in the events.</summary>
    public static bool TryParse(string workspace, string token, [NotNullWhen(true)] out JournalPosition? position) =>
        TryDecode(workspace, token, out _, out position);

    private static string Encode(string workspace, byte kind, Internal.V1.Positions positions)
    {
        var size = 1 + positions.CalculateSize() + ChecksumBytes;
        var bytes = size <= 256 ? stackalloc byte[size] : new byte[size];
        bytes[0] = kind;
        positions.WriteTo(bytes[1..^ChecksumBytes]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[^ChecksumBytes..], Checksum(workspace, bytes[..^ChecksumBytes]));
        return Base64Url.EncodeToString(bytes);
    }

    private static bool TryDecode(string workspace, string token, out byte kind, [NotNullWhen(true)] out JournalPosition? position)
    {
        kind = 0;
        position = null;
        if (token.Length > TokenLengthMax || !Base64Url.IsValid(token, out var size) || size <= ChecksumBytes) return false;
        var bytes = Base64Url.DecodeFromChars(token).AsSpan();
        var body = bytes[..^ChecksumBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumBytes..]) != Checksum(workspace, body)) return false;
        kind = body[0];
        if (kind is not (WriteKind or EventKind)) return false;
        try
        {
            position = FromMessage(Internal.V1.Positions.Parser.ParseFrom(body[1..]));
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }

        return position is not null;
    }

    /// <summary>Most lanes often stand at the same place; that place is written once.</summary>
    private static Internal.V1.Positions ToMessage(JournalPosition position)
    {
        var common = position[0];
        var votes = 0;
        for (var lane = 0; lane < StreamName.LaneCount; lane++)
        {
            if (votes == 0) common = position[lane];
            votes += IsSame(common, position[lane]) ? 1 : -1;
        }

        var message = new Internal.V1.Positions { DefaultTransaction = common.Transaction, DefaultSequence = common.Sequence };
        for (var lane = 0; lane < StreamName.LaneCount; lane++)
        {
            var place = position[lane];
            if (IsSame(common, place)) continue;
            message.Lanes.Add(new Position { Lane = lane, Transaction = place.Transaction, Sequence = place.Sequence });
        }

        return message;
    }

    private static JournalPosition? FromMessage(Internal.V1.Positions message)
    {
        if (message.DefaultTransaction < 0 || message.DefaultSequence < 0) return null;
        var lanes = new LanePosition[StreamName.LaneCount];
        for (var lane = 0; lane < lanes.Length; lane++) lanes[lane] = new LanePosition(lane, message.DefaultTransaction, message.DefaultSequence);
        foreach (var place in message.Lanes)
        {
            if (place.Lane is < 0 or >= StreamName.LaneCount || place.Transaction < 0 || place.Sequence < 0) return null;
            lanes[place.Lane] = new LanePosition(place.Lane, place.Transaction, place.Sequence);
        }

        return JournalPosition.Of(lanes);
    }

    private static bool IsSame(LanePosition a, LanePosition b) => a.Transaction == b.Transaction && a.Sequence == b.Sequence;

    /// <summary>FNV-1a.</summary>
    private static uint Checksum(string workspace, ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var c in workspace) hash = (hash ^ (byte)c) * 16777619u;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
        return hash;
    }
}
