namespace Orleans.Streams;

/// <summary>The identity of a stream with a Guid key.</summary>
public interface IStreamIdentity
{
    Guid Guid { get; }

    string? Namespace { get; }
}
