using System.Buffers;
using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Refuses protobuf requests whose texts are no UTF-8. The parser replaces bad bytes by U+FFFD without a word, so a
/// service would store, and later hand out, what nobody sent. Checking the parsed message comes too late, and the
/// parser offers no hook; so this walks the wire bytes beside it, guided by the message's descriptor, before the
/// parser sees them. A payload of ASCII only cannot be wrong and is not walked; neither are types without texts.
/// What is malformed in any other way is left to the parser.
/// </summary>
internal sealed class Utf8Guard
{
    private const int MaxDepth = 100;

    private readonly MessageShape _shape;

    private Utf8Guard(MessageShape shape)
    {
        _shape = shape;
    }

    /// <summary>Null for types that are no protobuf messages, or have no texts in them.</summary>
    public static Utf8Guard? For(Type type)
    {
        if (!typeof(IMessage).IsAssignableFrom(type)
            || type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)
                is not MessageDescriptor descriptor)
        {
            return null;
        }

        var shape = MessageShape.Of(descriptor, []);
        return shape.HasTexts() ? new Utf8Guard(shape) : null;
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT, naming the field.</exception>
    public void Check(in ReadOnlySequence<byte> payload)
    {
        if (payload.IsSingleSegment)
        {
            Check(payload.FirstSpan);
            return;
        }

        var length = (int)payload.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            payload.CopyTo(copy);
            Check(copy.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private void Check(ReadOnlySpan<byte> payload)
    {
        if (Ascii.IsValid(payload))
        {
            return;
        }

        var path = Walk(payload, _shape, 0);
        if (path is not null)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"Field '{path}' is not valid UTF-8."));
        }
    }

    /// <returns>The path of the first bad text, or null.</returns>
    private static string? Walk(ReadOnlySpan<byte> rest, MessageShape shape, int depth)
    {
        while (rest.Length > 0)
        {
            if (!TryReadVarint(ref rest, out var tag))
            {
                return null;
            }

            switch (tag & 7)
            {
                case 0 when TryReadVarint(ref rest, out _):
                    continue;
                case 1 when rest.Length >= 8:
                    rest = rest[8..];
                    continue;
                case 5 when rest.Length >= 4:
                    rest = rest[4..];
                    continue;
                case 2 when TryReadVarint(ref rest, out var length) && length <= (ulong)rest.Length:
                    var value = rest[..(int)length];
                    rest = rest[(int)length..];
                    if (shape.Fields.TryGetValue((int)(tag >> 3), out var field)
                        && Inspect(value, field, depth) is { } path)
                    {
                        return path;
                    }

                    continue;
                default:
                    // Groups, which proto3 does not have, and everything broken: for the parser to judge.
                    return null;
            }
        }

        return null;
    }

    private static string? Inspect(ReadOnlySpan<byte> value, FieldShape field, int depth)
    {
        if (field.Message is null)
        {
            return System.Text.Unicode.Utf8.IsValid(value) ? null : field.Name;
        }

        return depth < MaxDepth && Walk(value, field.Message, depth + 1) is { } inner
            ? $"{field.Name}.{inner}"
            : null;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            var b = rest[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>A text, or a message with texts in it.</summary>
    private sealed record FieldShape(string Name, MessageShape? Message);

    /// <summary>The fields of a message that need a look.</summary>
    private sealed class MessageShape
    {
        public FrozenDictionary<int, FieldShape> Fields { get; private set; } = FrozenDictionary<int, FieldShape>.Empty;

        public static MessageShape Of(MessageDescriptor descriptor, Dictionary<MessageDescriptor, MessageShape> known)
        {
            if (known.TryGetValue(descriptor, out var shape))
            {
                return shape;
            }

            known[descriptor] = shape = new MessageShape();
            var fields = new Dictionary<int, FieldShape>();
            foreach (var field in descriptor.Fields.InFieldNumberOrder())
            {
                if (field.FieldType == FieldType.String)
                {
                    fields[field.FieldNumber] = new FieldShape(field.Name, null);
                }
                else if (field.FieldType == FieldType.Message)
                {
                    fields[field.FieldNumber] = new FieldShape(field.Name, Of(field.MessageType, known));
                }
            }

            shape.Fields = fields.ToFrozenDictionary();
            return shape;
        }

        public bool HasTexts() => HasTexts([]);

        private bool HasTexts(HashSet<MessageShape> seen) => seen.Add(this)
            && Fields.Values.Any(f => f.Message is null || f.Message.HasTexts(seen));
    }
}
