using Google.Protobuf.WellKnownTypes;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Calls;

public interface ICallGrain : IGrainWithStringKey
{
    Task<bool> KeepCopied(StringValue message);

    Task<bool> KeepImmutable([Immutable] StringValue message);

    Task<string> KeptValue();

    Task<StringValue> ReturnKept();

    Task<Immutable<StringValue>> ReturnKeptImmutable();

    Task<bool> IsKept(Immutable<StringValue> message);

    Task<List<StringValue>> EchoList(List<StringValue> messages);

    Task<StringValue?> EchoNull(StringValue? message);

    Task<(int Number, string? Text, TimeSpan Span)> EchoTuple((int Number, string? Text, TimeSpan Span) tuple);

    Task<Dictionary<string, int[]>> EchoMap(Dictionary<string, int[]> map);

    Task<object?> EchoObject(object? value);

    Task<int?> EchoNullable(int? value);

    Task<DateTimeOffset> EchoTime(DateTimeOffset value);

    Task<Note> EchoNote(Note note);

    Task<string> Unsupported(NoCodec value);

    ValueTask<int> Add(int left, int right);

    ValueTask Nothing();

    Task<string> Overload(int value);

    Task<string> Overload(string value);

    Task<T> Generic<T>(T value);

    Task ThrowOwn(string text);

    Task ThrowNow(string text);

    Task ThrowLater();

    Task ThrowSystem(string text);

    Task ThrowMarked(string text, int code);

    Task ThrowWrapped();

    Task ThrowTo(GrainId other);

    Task<string> Wait(string gate, CancellationToken token = default);

    Task WaitForCancellation(string log, CancellationToken token);

    Task<bool> CancelRunsInTurn(string log, CancellationToken token);

    Task<bool> NoToken(CancellationToken token = default);

    [ResponseTimeout("00:00:00.5")]
    Task Slow(string gate);

    Task SlowByOption(string log, string gate);

    Task SlowCancellable(string log, CancellationToken token);

    Task<ICallGrain> Self();

    Task<string> CallVia(ICallGrain other);

    [AlwaysInterleave]
    Task<string> Key();
}

public sealed class NoCodec
{
    public int Value { get; set; }
}

[GenerateSerializer]
public sealed class Note
{
    [Id(0)]
    public string Text { get; set; } = "";

    [Id(1)]
    public List<int> Numbers { get; set; } = [];

    public string Unnumbered { get; set; } = "";
}
