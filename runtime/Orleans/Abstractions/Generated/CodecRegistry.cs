using System.Collections.Concurrent;
using System.ComponentModel;
using Orleans.Serialization;

namespace Orleans.Runtime.Generated;

/// <summary>
/// The codecs of a silo or client. A call asks for the codec of a type known at compile time, so each type gets a
/// number once in the process, and a registry is an array by that number: no dictionary on the way of a call.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CodecRegistry
{
    private readonly ConcurrentDictionary<Type, Codec> _byType = new();
    private readonly IReadOnlyList<ICodecSource> _sources;
    private readonly Lock _gate = new();
    private Codec?[] _byNumber = new Codec?[64];

    internal CodecRegistry(IEnumerable<ICodecSource> sources) => _sources = [.. sources];

    /// <exception cref="CodecNotFoundException">The type cannot be copied.</exception>
    public T Copy<T>(T value)
    {
        var codec = Get<T>();
        return codec.IsImmutable ? value : codec.Copy(value);
    }

    internal Codec<T> Get<T>()
    {
        var number = Number<T>.Value;
        var codecs = _byNumber;
        return number < codecs.Length && codecs[number] is { } codec ? (Codec<T>)codec : Add<T>(number);
    }

    internal Codec ForType(Type type) => _byType.TryGetValue(type, out var codec) ? codec : _byType.GetOrAdd(type, Create);

    internal bool TryGet(Type type, out Codec? codec)
    {
        try
        {
            codec = ForType(type);
            return true;
        }
        catch (CodecNotFoundException)
        {
            codec = null;
            return false;
        }
    }

    private Codec<T> Add<T>(int number)
    {
        var codec = (Codec<T>)ForType(typeof(T));
        lock (_gate)
        {
            if (number >= _byNumber.Length)
                Array.Resize(ref _byNumber, Math.Max(number + 1, _byNumber.Length * 2));
            _byNumber[number] = codec;
        }

        return codec;
    }

    private Codec Create(Type type)
    {
        foreach (var source in _sources)
        {
            if (source.Create(type, this) is not { } codec)
                continue;
            codec.Registry = this;
            return codec;
        }

        throw new CodecNotFoundException($"Could not find a codec for type {type}.");
    }

    private static class Number
    {
        public static int Last = -1;
    }

    private static class Number<T>
    {
        public static readonly int Value = Interlocked.Increment(ref Number.Last);
    }
}
