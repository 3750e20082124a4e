namespace Orleans.Serialization.Invocation;

/// <summary>A response with a typed result.</summary>
public sealed class Response<TResult> : Response
{
    public TResult? TypedResult { get; set; }

    public override object? Result
    {
        get => TypedResult;
        set => TypedResult = (TResult?)value;
    }

    public override Exception? Exception
    {
        get => null;
        set => throw new InvalidOperationException("A response with a result cannot become an exception.");
    }

    public override T GetResult<T>() =>
        typeof(T) == typeof(TResult) ? (T)(object)TypedResult! : (T)Result!;

    public override void Dispose()
    {
    }
}
