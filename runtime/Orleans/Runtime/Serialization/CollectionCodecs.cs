using System.Runtime.CompilerServices;
using Orleans.Runtime.Generated;

namespace Orleans.Serialization;

/// <summary>Byte arrays.</summary>
internal sealed class ByteArrayCodec : Codec<byte[]?>
{
    public override byte[]? Copy(byte[]? value) => value is null ? null : [.. value];

    public override void Write(CallWriter writer, byte[]? value)
    {
        writer.WriteCount(value is null ? 0 : value.Length + 1);
        writer.WriteBytes(value);
    }

    public override byte[]? Read(CallReader reader)
    {
        var count = reader.ReadCount();
        return count == 0 ? null : reader.Take(count - 1).ToArray();
    }
}

/// <summary>A collection as the number of its elements plus one, and the elements; zero is null.</summary>
internal abstract class ElementsCodec<TCollection, TElement> : Codec<TCollection?>
    where TCollection : class
{
    public sealed override TCollection? Copy(TCollection? value)
    {
        if (value is null)
            return null;
        var copy = Create(Count(value));
        var codec = default(Codec<TElement>);
        var index = 0;
        foreach (var element in Elements(value))
            Add(copy, index++, element, ref codec);
        return copy;
    }

    public sealed override void Write(CallWriter writer, TCollection? value)
    {
        writer.WriteCount(value is null ? 0 : Count(value) + 1);
        if (value is null)
            return;
        var codec = writer.Codecs.Get<TElement>();
        foreach (var element in Elements(value))
            codec.Write(writer, element);
    }

    public sealed override TCollection? Read(CallReader reader)
    {
        var count = reader.ReadCount();
        if (count == 0)
            return null;
        count--;
        if (count > reader.Remaining)
            throw new SerializerException($"{count} elements do not fit into {reader.Remaining} bytes.");
        var codec = reader.Codecs.Get<TElement>();
        var value = Create(count);
        for (var index = 0; index < count; index++)
            Set(value, index, codec.Read(reader));
        return value;
    }

    protected abstract TCollection Create(int count);

    protected abstract int Count(TCollection value);

    protected abstract IEnumerable<TElement> Elements(TCollection value);

    protected abstract void Set(TCollection value, int index, TElement element);

    private void Add(TCollection copy, int index, TElement element, ref Codec<TElement>? codec)
    {
        codec ??= Registry.Get<TElement>();
        Set(copy, index, codec.IsImmutable ? element : codec.Copy(element));
    }
}

internal sealed class ArrayCodec<T> : ElementsCodec<T[], T>
{
    protected override T[] Create(int count) => new T[count];

    protected override int Count(T[] value) => value.Length;

    protected override IEnumerable<T> Elements(T[] value) => value;

    protected override void Set(T[] value, int index, T element) => value[index] = element;
}

internal sealed class ListCodec<T> : ElementsCodec<List<T>, T>
{
    protected override List<T> Create(int count) => new(count);

    protected override int Count(List<T> value) => value.Count;

    protected override IEnumerable<T> Elements(List<T> value) => value;

    protected override void Set(List<T> value, int index, T element) => value.Add(element);
}

internal sealed class HashSetCodec<T> : ElementsCodec<HashSet<T>, T>
{
    protected override HashSet<T> Create(int count) => new(count);

    protected override int Count(HashSet<T> value) => value.Count;

    protected override IEnumerable<T> Elements(HashSet<T> value) => value;

    protected override void Set(HashSet<T> value, int index, T element) => value.Add(element);
}

internal sealed class DictionaryCodec<TKey, TValue> : ElementsCodec<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    protected override Dictionary<TKey, TValue> Create(int count) => new(count);

    protected override int Count(Dictionary<TKey, TValue> value) => value.Count;

    protected override IEnumerable<KeyValuePair<TKey, TValue>> Elements(Dictionary<TKey, TValue> value) => value;

    protected override void Set(Dictionary<TKey, TValue> value, int index, KeyValuePair<TKey, TValue> element) =>
        value[element.Key] = element.Value;
}

internal sealed class KeyValuePairCodec<TKey, TValue> : Codec<KeyValuePair<TKey, TValue>>
{
    public override KeyValuePair<TKey, TValue> Copy(KeyValuePair<TKey, TValue> value) =>
        new(Registry.Copy(value.Key), Registry.Copy(value.Value));

    public override void Write(CallWriter writer, KeyValuePair<TKey, TValue> value)
    {
        writer.Write(value.Key);
        writer.Write(value.Value);
    }

    public override KeyValuePair<TKey, TValue> Read(CallReader reader)
    {
        var key = reader.Read<TKey>();
        return new KeyValuePair<TKey, TValue>(key!, reader.Read<TValue>()!);
    }
}

/// <summary>Tuples of both kinds, element by element through their types.</summary>
internal sealed class TupleCodec<TTuple> : Codec<TTuple>
{
    private readonly Type[] _types = typeof(TTuple).GetGenericArguments();

    public override TTuple Copy(TTuple value)
    {
        if (value is null)
            return value;
        var elements = new object?[_types.Length];
        for (var index = 0; index < elements.Length; index++)
            elements[index] = Registry.ForType(_types[index]).CopyObject(Element((ITuple)value, index));
        return (TTuple)Activator.CreateInstance(typeof(TTuple), elements)!;
    }

    public override void Write(CallWriter writer, TTuple value)
    {
        writer.WriteByte(value is null ? (byte)0 : (byte)1);
        if (value is null)
            return;
        for (var index = 0; index < _types.Length; index++)
            writer.Codecs.ForType(_types[index]).WriteObject(writer, Element((ITuple)value, index));
    }

    public override TTuple Read(CallReader reader)
    {
        if (reader.ReadByte() == 0)
            return default!;
        var elements = new object?[_types.Length];
        for (var index = 0; index < elements.Length; index++)
            elements[index] = reader.Codecs.ForType(_types[index]).ReadObject(reader);
        return (TTuple)Activator.CreateInstance(typeof(TTuple), elements)!;
    }

    // The eighth type argument is a tuple of the rest, which the indexer flattens.
    private static object? Element(ITuple tuple, int index) =>
        index < 7 ? tuple[index] : typeof(TTuple).GetField("Rest")?.GetValue(tuple) ?? typeof(TTuple).GetProperty("Rest")!.GetValue(tuple);
}
