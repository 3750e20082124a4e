using Orleans.Runtime.Generated;
using Orleans.Runtime.References;

namespace Orleans.Runtime.Streams;

/// <summary>Finds the consumer that the current code subscribes for: the grain whose turn runs, else the silo or client itself.</summary>
internal sealed class StreamConsumers(CodecRegistry codecs, GrainFactory factory)
{
    private readonly Lock _gate = new();
    private StreamConsumer? _own;
    private GrainId _ownId;

    public (StreamConsumer Consumer, GrainId Id) Current()
    {
        if (RuntimeContext.Current is { } grain)
        {
            if (grain.GetComponent(typeof(IStreamConsumerExtension)) is not StreamConsumer known)
                grain.SetComponent<IStreamConsumerExtension>(known = new StreamConsumer(codecs));
            return (known, grain.GrainId);
        }

        lock (_gate)
        {
            if (_own is null)
            {
                _own = new StreamConsumer(codecs);
                _ownId = ((GrainReference)factory.CreateObjectReference<IStreamConsumerObserver>(_own)).GrainId;
            }

            return (_own, _ownId);
        }
    }
}
