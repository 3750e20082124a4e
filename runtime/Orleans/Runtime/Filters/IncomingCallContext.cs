using System.Reflection;
using Orleans.Runtime.Generated;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Filters;

/// <summary>A call on its way through the incoming filters, the grain's own last.</summary>
internal sealed class IncomingCallContext(
    GrainCall call, IGrainContext target, IIncomingGrainCallFilter[] filters, IIncomingGrainCallFilter? own)
    : IIncomingGrainCallContext
{
    private int _stage;

    public IInvokable Request => call;

    public object Grain => ((ICallHost)target).ResolveTarget(call);

    public GrainId? SourceId => call.SourceId;

    public GrainId TargetId => call.TargetId;

    public GrainInterfaceType InterfaceType => GrainInterfaceType.Create(call.Method.InterfaceName);

    public string InterfaceName => call.Method.InterfaceName;

    public string MethodName => call.Method.Name;

    public MethodInfo InterfaceMethod => call.Method.MethodInfo;

    public IGrainContext TargetContext => target;

    public MethodInfo ImplementationMethod
    {
        get
        {
            var interfaceMethod = InterfaceMethod;
            var map = Grain.GetType().GetInterfaceMap(interfaceMethod.DeclaringType!);
            var index = Array.IndexOf(map.InterfaceMethods, interfaceMethod);
            return index < 0 ? interfaceMethod : map.TargetMethods[index];
        }
    }

    public Response? Response { get; set; }

    public object? Result
    {
        get => Response?.Result;
        set => Response = Response.FromResult(value);
    }

    public async Task Invoke()
    {
        var stage = _stage++;
        if (stage < filters.Length)
        {
            await filters[stage].Invoke(this);
        }
        else if (stage == filters.Length && own is not null)
        {
            await own.Invoke(this);
        }
        else
        {
            Response = await call.InvokeBoxed();

            // A filter sees the failure as an exception of what it awaits.
            if (Response.Exception is { } error)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }
    }
}
