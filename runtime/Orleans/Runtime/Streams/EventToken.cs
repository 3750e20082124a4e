using System.Globalization;
using Orleans.Streams;

namespace Orleans.Runtime.Streams;

/// <summary>The number of an item in its stream.</summary>
[GenerateSerializer]
internal sealed class EventToken : StreamSequenceToken
{
    public EventToken(long number) => SequenceNumber = number;

    [Id(0)]
    public override long SequenceNumber { get; protected set; }

    [Id(1)]
    public override int EventIndex { get; protected set; }

    public override int CompareTo(StreamSequenceToken? other) => other is null ? 1 : SequenceNumber.CompareTo(other.SequenceNumber);

    public override bool Equals(StreamSequenceToken? other) => other is EventToken token && token.SequenceNumber == SequenceNumber;

    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    public override int GetHashCode() => SequenceNumber.GetHashCode();

    public override string ToString() => SequenceNumber.ToString(CultureInfo.InvariantCulture);
}
