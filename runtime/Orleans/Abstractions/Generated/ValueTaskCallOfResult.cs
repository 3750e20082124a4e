using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>A call of a method that returns <see cref="ValueTask{TResult}"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ValueTaskCall<TResult> : ResultCall<TResult>
{
    public abstract ValueTask<TResult> Invoke(object target);

    public ValueTask<TResult> Send(GrainReference reference) => new(SendCore(reference));

    internal sealed override Task? Start(out TResult result)
    {
        var task = Invoke(TakeTarget());
        if (task.IsCompletedSuccessfully)
        {
            result = task.Result;
            return null;
        }

        result = default!;
        return task.AsTask();
    }

    internal sealed override TResult GetResult(Task ended) => ((Task<TResult>)ended).Result;
}
