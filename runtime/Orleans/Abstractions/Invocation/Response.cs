namespace Orleans.Serialization.Invocation;

/// <summary>How a call ended: with a result or an exception.</summary>
public abstract class Response : IDisposable
{
    /// <summary>The response of a call without a result.</summary>
    public static Response Completed { get; } = new CompletedResponse();

    public abstract object? Result { get; set; }

    public abstract Exception? Exception { get; set; }

    public static Response FromException(Exception exception) => new ExceptionResponse(exception);

    public static Response FromResult<TResult>(TResult value) => new Response<TResult> { TypedResult = value };

    /// <summary>The result; throws the exception if there is one.</summary>
    public abstract T GetResult<T>();

    public abstract void Dispose();

    public override string ToString() => Exception is { } error ? error.ToString() : $"{Result ?? "[null]"}";

    private sealed class CompletedResponse : Response
    {
        public override object? Result
        {
            get => null;
            set => throw new InvalidOperationException("The response of a call without a result cannot have one.");
        }

        public override Exception? Exception
        {
            get => null;
            set => throw new InvalidOperationException("A completed response cannot become an exception.");
        }

        public override T GetResult<T>() => default!;

        public override void Dispose()
        {
        }
    }

    private sealed class ExceptionResponse(Exception exception) : Response
    {
        public override object? Result
        {
            get
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(Exception!);
                return null;
            }

            set => throw new InvalidOperationException("An exception response cannot have a result.");
        }

        public override Exception? Exception { get; set; } = exception;

        public override T GetResult<T>()
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(Exception!);
            return default;
        }

        public override void Dispose()
        {
        }
    }
}
