using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>A call of a method that returns <see cref="Task"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TaskCall : ResultCall<NoResult>
{
    public abstract Task Invoke(object target);

    public Task Send(GrainReference reference) => SendCore(reference);

    internal sealed override Task? Start(out NoResult result)
    {
        result = default;
        var task = Invoke(TakeTarget());
        return task.IsCompletedSuccessfully ? null : task;
    }

    internal sealed override NoResult GetResult(Task ended) => default;
}
