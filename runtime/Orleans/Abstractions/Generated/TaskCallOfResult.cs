using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>A call of a method that returns <see cref="Task{TResult}"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class TaskCall<TResult> : ResultCall<TResult>
{
    public abstract Task<TResult> Invoke(object target);

    public Task<TResult> Send(GrainReference reference) => SendCore(reference);

    internal sealed override Task? Start(out TResult result)
    {
        var task = Invoke(TakeTarget());
        if (task.IsCompletedSuccessfully)
        {
            result = task.Result;
            return null;
        }

        result = default!;
        return task;
    }

    internal sealed override TResult GetResult(Task ended) => ((Task<TResult>)ended).Result;
}
