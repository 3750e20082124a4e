using System.Collections.Concurrent;
using System.Reflection;
using Engine.V1;
using Orleans.Streams;

namespace Engine.Api.Tests.Signals;

/// <summary>The one stream of a provider: remembers what is asked of it, and fails or lingers when told to.</summary>
public class ScriptedStream : DispatchProxy
{
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<int, IAsyncObserver<WatchActivityResponse>> _subscribed = new();
    private IAsyncStream<WatchActivityResponse> _stream = null!;
    private int _subscriptions;

    /// <summary>"subscribe 1", "unsubscribe 1" and so on, in their order.</summary>
    internal IReadOnlyList<string> Asked => [.. _asked];

    internal volatile bool SubscribeFails;

    /// <summary>What becomes of a signal that is sent.</summary>
    internal Func<Task> Send { get; set; } = static () => Task.CompletedTask;

    internal int Sent;

    internal static (IStreamProvider Provider, ScriptedStream Script) Make()
    {
        var stream = Create<IAsyncStream<WatchActivityResponse>, ScriptedStream>();
        var script = (ScriptedStream)(object)stream;
        script._stream = stream;
        var provider = Create<IStreamProvider, OneStream>();
        ((OneStream)(object)provider).Stream = stream;
        return (provider, script);
    }

    /// <summary>Tells one subscription of a signal.</summary>
    internal Task TellAsync(int subscription, ActivityKind kind) =>
        _subscribed[subscription].OnNextAsync(new WatchActivityResponse { Kind = kind });

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod?.Name)
        {
            case "SubscribeAsync": return SubscribeAsync((IAsyncObserver<WatchActivityResponse>)args![0]!);
            case "OnNextAsync":
                Interlocked.Increment(ref Sent);
                return Send();
            default: throw new NotSupportedException(targetMethod?.Name);
        }
    }

    private Task<StreamSubscriptionHandle<WatchActivityResponse>> SubscribeAsync(IAsyncObserver<WatchActivityResponse> observer)
    {
        var number = Interlocked.Increment(ref _subscriptions);
        _asked.Enqueue($"subscribe {number}");
        if (SubscribeFails) return Task.FromException<StreamSubscriptionHandle<WatchActivityResponse>>(new TimeoutException("Nobody there."));
        _subscribed[number] = observer;
        return Task.FromResult<StreamSubscriptionHandle<WatchActivityResponse>>(new Subscription(this, number));
    }

    private sealed class Subscription(ScriptedStream script, int number) : StreamSubscriptionHandle<WatchActivityResponse>
    {
        public override Orleans.Runtime.StreamId StreamId => script._stream.StreamId;

        public override string ProviderName => "scripted";

        public override Guid HandleId { get; } = Guid.NewGuid();

        public override Task UnsubscribeAsync()
        {
            script._subscribed.TryRemove(number, out _);
            script._asked.Enqueue($"unsubscribe {number}");
            return Task.CompletedTask;
        }

        public override Task<StreamSubscriptionHandle<WatchActivityResponse>> ResumeAsync(
            IAsyncObserver<WatchActivityResponse> observer, StreamSequenceToken? token = null) => throw new NotSupportedException();

        public override Task<StreamSubscriptionHandle<WatchActivityResponse>> ResumeAsync(
            IAsyncBatchObserver<WatchActivityResponse> observer, StreamSequenceToken? token = null) => throw new NotSupportedException();

        public override bool Equals(StreamSubscriptionHandle<WatchActivityResponse>? other) => ReferenceEquals(this, other);

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        public override int GetHashCode() => number;
    }
}
