using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>A call of a method that returns nothing, which is always one-way.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VoidCall : ResultCall<NoResult>
{
    public abstract void Invoke(object target);

    public void Send(GrainReference reference)
    {
        var task = SendCore(reference);
        if (task.IsFaulted)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(task.Exception!.InnerException!);
    }

    internal sealed override Task? Start(out NoResult result)
    {
        result = default;
        Invoke(TakeTarget());
        return null;
    }

    internal sealed override NoResult GetResult(Task ended) => default;
}
