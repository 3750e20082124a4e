using Orleans.Runtime.Generated;
using Orleans.Streams;

namespace Orleans.Runtime.Streams;

/// <summary>Streams in memory.</summary>
internal sealed class MemoryStreamProvider(
    string name, IGrainFactory factory, StreamConsumers consumers, ImplicitSubscriptions implicitSubscriptions, CodecRegistry codecs)
    : IStreamProvider
{
    public string Name => name;

    public bool IsRewindable => false;

    public IGrainFactory Factory => factory;

    public StreamConsumers Consumers => consumers;

    public ImplicitSubscriptions Implicit => implicitSubscriptions;

    public CodecRegistry Codecs => codecs;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new MemoryStream<T>(this, streamId);

    public IStreamRendezvousGrain Rendezvous(StreamId streamId) =>
        factory.GetGrain<IStreamRendezvousGrain>($"{name}/{streamId}");
}
