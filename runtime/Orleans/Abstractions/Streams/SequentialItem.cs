namespace Orleans.Streams;

/// <summary>An item with its place in the stream.</summary>
[GenerateSerializer]
public class SequentialItem<T>
{
    public SequentialItem(T item, StreamSequenceToken token)
    {
        Item = item;
        Token = token;
    }

    [Id(0)]
    public T Item { get; }

    [Id(1)]
    public StreamSequenceToken Token { get; }
}
