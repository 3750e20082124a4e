using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>
/// Exceptions cross a process boundary with type, message, stack and inner exceptions if their namespace is allowed, and
/// whole if they are marked for it. Any other, anywhere in the chain, is not sent: the receiver might not have its type.
/// Within a silo an exception stays the object it is.
/// </summary>
internal sealed class ExceptionCodecs(ExceptionSerializationOptions options) : ICodecSource
{
    public Codec? Create(Type type, CodecRegistry registry) =>
        typeof(Exception).IsAssignableFrom(type)
            ? (Codec)Activator.CreateInstance(typeof(ExceptionCodec<>).MakeGenericType(type), options)!
            : null;
}

internal sealed class ExceptionCodec<T>(ExceptionSerializationOptions options) : Codec<T?>
    where T : Exception
{
    public override bool IsImmutable => true;

    public override T? Copy(T? value) => value;

    public override void Write(CallWriter writer, T? value) => ExceptionFormat.Write(writer, value, options);

    public override T? Read(CallReader reader) => (T?)ExceptionFormat.Read(reader);
}

/// <summary>How exceptions are written.</summary>
internal static class ExceptionFormat
{
    private const int DepthMax = 20;

    public static void Write(CallWriter writer, Exception? value, ExceptionSerializationOptions options, int depth = 0)
    {
        if (value is null || depth > DepthMax)
        {
            writer.WriteString(null);
            return;
        }

        var type = value.GetType();
        var isMarked = type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);
        if (!isMarked && !IsAllowed(type, options))
            throw new CodecNotFoundException($"Could not find a codec for type {type}.");
        writer.WriteString(TypeNames.Format(type));
        writer.WriteString(value.Message);
        writer.WriteString(value.StackTrace);
        writer.WriteInt32(value.HResult);
        var inner = value is AggregateException aggregate ? aggregate.InnerExceptions : [.. new[] { value.InnerException }.OfType<Exception>()];
        writer.WriteCount(inner.Count);
        foreach (var error in inner)
            Write(writer, error, options, depth + 1);
        SerializedMember.WriteAll(writer, isMarked ? SerializedMember.Of(type) : [], value);
    }

    public static Exception? Read(CallReader reader)
    {
        if (reader.ReadString() is not { } name)
            return null;
        var type = TypeNames.Parse(name);
        if (!typeof(Exception).IsAssignableFrom(type))
            throw new SerializerException($"{type} is no exception.");
        var message = reader.ReadString();
        var stack = reader.ReadString();
        var hresult = reader.ReadInt32();
        var inner = new List<Exception>();
        for (var count = reader.ReadElementCount(); count > 0; count--)
        {
            if (Read(reader) is { } error)
                inner.Add(error);
        }

        var exception = type == typeof(AggregateException)
            ? new AggregateException(message, inner)
            : Create(type, message, inner.FirstOrDefault());
        exception.HResult = hresult;
        SerializedMember.ReadAll(
            reader, type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) ? SerializedMember.Of(type) : [], exception);
        return stack is null ? exception : ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
    }

    private static Exception Create(Type type, string? message, Exception? inner)
    {
        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        MessageOf(exception) = message;
        InnerOf(exception) = inner;
        return exception;
    }

    private static bool IsAllowed(Type type, ExceptionSerializationOptions options) =>
        (type.Namespace is { } ns && options.SupportedNamespacePrefixes.Any(prefix => ns.StartsWith(prefix, StringComparison.Ordinal)))
        || options.SupportedExceptionTypeFilter(type);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? MessageOf(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? InnerOf(Exception exception);
}
