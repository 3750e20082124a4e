namespace Grpc.Core;

/// <summary>Base of generated clients that only hold a call invoker.</summary>
public abstract class LiteClientBase
{
    protected LiteClientBase()
    {
        CallInvoker = new UnimplementedCallInvoker();
    }

    protected LiteClientBase(ChannelBase channel)
    {
        CallInvoker = (channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker();
    }

    protected LiteClientBase(CallInvoker callInvoker)
    {
        CallInvoker = callInvoker ?? throw new ArgumentNullException(nameof(callInvoker));
    }

    protected CallInvoker CallInvoker { get; }
}
