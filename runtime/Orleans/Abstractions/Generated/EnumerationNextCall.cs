namespace Orleans.Runtime.Generated;

/// <summary>Fetches the next items of a sequence that was opened before.</summary>
internal sealed class EnumerationNextCall<TItem> : ResultCall<EnumerationBatch<TItem>>
{
    public static readonly CallMethod Shared = new(
        typeof(IAsyncEnumerable<TItem>), typeof(IAsyncEnumerator<TItem>), nameof(IAsyncEnumerator<TItem>.MoveNextAsync),
        EnumerationCalls.NextSignature, CallOptions.AlwaysInterleave, null);

    public override CallMethod Method => Shared;

    public Guid EnumerationId { get; set; }

    public Task<EnumerationBatch<TItem>> Send(GrainReference reference) => SendCore(reference);

    public override int GetArgumentCount() => 1;

    public override object? GetArgument(int index) => EnumerationId;

    public override void SetArgument(int index, object value) => EnumerationId = (Guid)value;

    public override void WriteArguments(CallWriter writer) => writer.Write(EnumerationId);

    public override void ReadArguments(CallReader reader) => EnumerationId = reader.Read<Guid>();

    internal override Task? Start(out EnumerationBatch<TItem> result)
    {
        result = default!;
        return ((IEnumerationHost)Host!).Enumerations.Next<TItem>(EnumerationId);
    }

    internal override EnumerationBatch<TItem> GetResult(Task ended) => ((Task<EnumerationBatch<TItem>>)ended).Result;
}
