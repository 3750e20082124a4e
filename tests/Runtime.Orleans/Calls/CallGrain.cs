using Engine.Runtime.Orleans.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Calls;

public sealed class CallGrain : Grain, ICallGrain
{
    private StringValue? _kept;

    /// <summary>What a caller in the same silo passed last.</summary>
    public static StringValue? LastPassed { get; set; }

    public static Exception? LastThrown { get; private set; }

    public static StringValue? LastReturned { get; private set; }

    public Task<bool> KeepCopied(StringValue message) => Keep(message);

    public Task<bool> KeepImmutable(StringValue message) => Keep(message);

    public Task<string> KeptValue() => Task.FromResult(_kept!.Value);

    public Task<StringValue> ReturnKept() => Task.FromResult(LastReturned = _kept!);

    public Task<Immutable<StringValue>> ReturnKeptImmutable() => Task.FromResult((LastReturned = _kept!).AsImmutable());

    public Task<bool> IsKept(Immutable<StringValue> message) => Task.FromResult(ReferenceEquals(message.Value, _kept));

    public Task<List<StringValue>> EchoList(List<StringValue> messages) => Task.FromResult(messages);

    public Task<StringValue?> EchoNull(StringValue? message) => Task.FromResult(message);

    public Task<(int Number, string? Text, TimeSpan Span)> EchoTuple((int Number, string? Text, TimeSpan Span) tuple) => Task.FromResult(tuple);

    public Task<Dictionary<string, int[]>> EchoMap(Dictionary<string, int[]> map) => Task.FromResult(map);

    public Task<object?> EchoObject(object? value) => Task.FromResult(value);

    public Task<int?> EchoNullable(int? value) => Task.FromResult(value);

    public Task<DateTimeOffset> EchoTime(DateTimeOffset value) => Task.FromResult(value);

    public Task<Note> EchoNote(Note note) => Task.FromResult(note);

    public Task<string> Unsupported(NoCodec value) => Task.FromResult("reached");

    public ValueTask<int> Add(int left, int right) => new(left + right);

    public async ValueTask Nothing() => await Task.Yield();

    public Task<string> Overload(int value) => Task.FromResult("number");

    public Task<string> Overload(string value) => Task.FromResult("text");

    public Task<T> Generic<T>(T value) => Task.FromResult(value);

    public async Task ThrowOwn(string text)
    {
        await Task.Yield();
        throw Remember(new OwnException(text));
    }

    public Task ThrowNow(string text) => throw Remember(new OwnException(text));

    public Task ThrowLater() => Task.FromException(Remember(new OwnException("later")));

    public async Task ThrowSystem(string text)
    {
        await Task.Yield();
        throw new InvalidOperationException(text, new TimeoutException("inner"));
    }

    public Task ThrowMarked(string text, int code) => throw new MarkedException(text, code);

    public Task ThrowWrapped() => throw new InvalidOperationException("outer", new OwnException("inner"));

    public Task ThrowTo(GrainId other) => GrainFactory.GetGrain<ICallGrain>(other).ThrowOwn("passed on");

    public async Task<string> Wait(string gate, CancellationToken token = default)
    {
        Gates.Note(gate, "begins");
        await Gates.Pass(gate);
        Gates.Note(gate, "ends");
        return gate;
    }

    public async Task WaitForCancellation(string log, CancellationToken token)
    {
        Gates.Note(log, "begins");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }
        catch (OperationCanceledException)
        {
            Gates.Note(log, "cancelled");
            throw;
        }
    }

    public async Task<bool> CancelRunsInTurn(string log, CancellationToken token)
    {
        var scheduler = TaskScheduler.Current;
        var seen = new TaskCompletionSource<bool>();
        await using var registration = token.Register(() =>
        {
            Gates.Note(log, TaskScheduler.Current == scheduler ? "in turn" : "outside");
            seen.TrySetResult(true);
        });
        Gates.Note(log, "begins");
        return await seen.Task;
    }

    public Task<bool> NoToken(CancellationToken token = default) => Task.FromResult(token.IsCancellationRequested);

    public Task Slow(string gate) => Gates.Pass(gate);

    public async Task SlowByOption(string log, string gate)
    {
        Gates.Note(gate, $"{log} begins");
        await Gates.Pass(gate);
        Gates.Note(log, "ran on");
    }

    public Task SlowCancellable(string log, CancellationToken token) => WaitForCancellation(log, token);

    public Task<ICallGrain> Self() => Task.FromResult(this.AsReference<ICallGrain>());

    public Task<string> CallVia(ICallGrain other) => other.Key();

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    private Task<bool> Keep(StringValue message)
    {
        _kept = message;
        return Task.FromResult(ReferenceEquals(message, LastPassed));
    }

    private static Exception Remember(Exception error) => LastThrown = error;
}
