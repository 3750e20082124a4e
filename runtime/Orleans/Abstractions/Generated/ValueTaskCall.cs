using System.ComponentModel;

namespace Orleans.Runtime.Generated;

/// <summary>A call of a method that returns <see cref="ValueTask"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ValueTaskCall : ResultCall<NoResult>
{
    public abstract ValueTask Invoke(object target);

    public ValueTask Send(GrainReference reference) => new(SendCore(reference));

    internal sealed override Task? Start(out NoResult result)
    {
        result = default;
        var task = Invoke(TakeTarget());
        if (!task.IsCompletedSuccessfully)
            return task.AsTask();
        task.GetAwaiter().GetResult();
        return null;
    }

    internal sealed override NoResult GetResult(Task ended) => default;
}
