namespace Orleans.Runtime.Generated;

/// <summary>Closes a sequence that its caller no longer reads.</summary>
internal sealed class EnumerationEndCall : TaskCall
{
    public static readonly CallMethod Shared = new(
        typeof(IAsyncDisposable), typeof(IAsyncDisposable), nameof(IAsyncDisposable.DisposeAsync),
        EnumerationCalls.EndSignature, CallOptions.AlwaysInterleave, null);

    public override CallMethod Method => Shared;

    public Guid EnumerationId { get; set; }

    public override int GetArgumentCount() => 1;

    public override object? GetArgument(int index) => EnumerationId;

    public override void SetArgument(int index, object value) => EnumerationId = (Guid)value;

    public override void WriteArguments(CallWriter writer) => writer.Write(EnumerationId);

    public override void ReadArguments(CallReader reader) => EnumerationId = reader.Read<Guid>();

    public override Task Invoke(object target) => ((IEnumerationHost)Host!).Enumerations.Close(EnumerationId);
}
