using System.Reflection;
using Orleans.Runtime.Generated;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Filters;

/// <summary>A call on its way through the outgoing filters.</summary>
internal sealed class OutgoingCallContext(
    GrainCall call, IOutgoingGrainCallFilter[] filters, Func<Task> send, Func<object?> getResult) : IOutgoingGrainCallContext
{
    private int _stage;

    public IInvokable Request => call;

    public object Grain => call.Reference!;

    public IGrainContext? SourceContext { get; } = RuntimeContext.Current;

    public GrainId? SourceId => call.SourceId;

    public GrainId TargetId => call.TargetId;

    public GrainInterfaceType InterfaceType => call.Reference!.InterfaceType;

    public string InterfaceName => call.Method.InterfaceName;

    public string MethodName => call.Method.Name;

    public MethodInfo InterfaceMethod => call.Method.MethodInfo;

    public Response? Response { get; set; }

    public object? Result
    {
        get => Response?.Result;
        set => Response = Response.FromResult(value);
    }

    public async Task Invoke()
    {
        if (_stage < filters.Length)
        {
            await filters[_stage++].Invoke(this);
            return;
        }

        await send();
        Response = Response.FromResult(getResult());
    }
}
