using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Generated;

/// <summary>A call with a result; <see cref="NoResult"/> where the method has none.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ResultCall<TResult> : GrainCall
{
    private AsyncTaskMethodBuilder<TResult> _promise;
    private Task? _pending;
    private TResult? _result;
    private CancellationToken _callerToken;

    /// <summary>Starts the method; returns null when it has ended with <paramref name="result"/>, else its task.</summary>
    internal abstract Task? Start(out TResult result);

    internal abstract TResult GetResult(Task ended);

    internal override void Begin()
    {
        try
        {
            EnterBody();
            var pending = Start(out var result);
            if (pending is null)
            {
                Succeed(result);
            }
            else
            {
                _pending = pending;
                pending.GetAwaiter().UnsafeOnCompleted(OnPendingEnded);
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    internal override async ValueTask<Response> InvokeBoxed()
    {
        try
        {
            EnterBody();
            var pending = Start(out var result);
            if (pending is not null)
            {
                await pending;
                result = GetResult(pending);
            }

            return typeof(TResult) == typeof(NoResult) ? Response.Completed : Response.FromResult(result);
        }
        catch (Exception error)
        {
            return Response.FromException(error);
        }
    }

    internal override void CompleteBoxed(object? result, Exception? error)
    {
        if (error is not null)
            Fail(error);
        else if (typeof(TResult) == typeof(NoResult))
            Succeed(default!);
        else if (result is TResult typed)
            Succeed(typed);
        else if (result is null && default(TResult) is null)
            Succeed(default!);
        else
            Fail(new InvalidCastException($"A filter replaced the result of {Method} by one of type {result?.GetType()}."));
    }

    internal override bool TryFail(Exception error)
    {
        if (!TryClaim())
            return false;
        if (Sink is { } sink)
            sink.Failed(this, error);
        else if (CallerRuntime is not null && !IsOneWay)
            _promise.SetException(error);
        return true;
    }

    internal override void WriteResult(CallWriter writer) => writer.Write(_result);

    internal override void ReadResult(CallReader reader)
    {
        var result = reader.Read<TResult>();
        if (!TryClaim())
            return;
        _result = result;
        if (Sink is { } sink)
            sink.Succeeded(this);
        else if (SourceId is not null)
            _promise.SetResult(result!);
        else
            ThreadPool.UnsafeQueueUserWorkItem(static call => call._promise.SetResult(call._result!), this, preferLocal: false);
    }

    /// <summary>Sends the call; the task is the caller's promise.</summary>
    private protected Task<TResult> SendCore(GrainReference reference)
    {
        var token = GetCancellationToken();
        if (token.IsCancellationRequested)
            return Task.FromCanceled<TResult>(token);
        try
        {
            PrepareSend(reference);
        }
        catch (Exception error)
        {
            return Task.FromException<TResult>(error);
        }

        var promise = _promise.Task;
        if (CallerRuntime!.HasOutgoingFilters)
            return SendFiltered(promise, token);
        Dispatch(token);
        return IsOneWay ? Task.FromResult<TResult>(default!) : promise;
    }

    private void Dispatch(CancellationToken token)
    {
        if (!IsOneWay)
        {
            _callerToken = token;
            ObserveCallerCancellation(token);
        }

        CallerRuntime!.Send(this);
    }

    private async Task<TResult> SendFiltered(Task<TResult> promise, CancellationToken token)
    {
        var result = await CallerRuntime!.SendFiltered(
            this,
            () =>
            {
                Context = RequestContext.Data;
                Dispatch(token);
                return IsOneWay ? Task.CompletedTask : promise;
            },
            () => IsOneWay || typeof(TResult) == typeof(NoResult) ? null : promise.Result);
        return result is null ? default! : (TResult)result;
    }

    private protected override CancellationToken GetCallerToken() => _callerToken;

    private void OnPendingEnded()
    {
        var pending = _pending!;
        if (!pending.IsCompletedSuccessfully)
        {
            Fail(ErrorOf(pending));
            return;
        }

        TResult result;
        try
        {
            result = GetResult(pending);
        }
        catch (Exception error)
        {
            Fail(error);
            return;
        }

        Succeed(result);
    }

    private void Succeed(TResult result)
    {
        try
        {
            result = Host!.Codecs.Copy(result);
        }
        catch (Exception error)
        {
            Fail(error);
            return;
        }

        var host = Host!;
        Stage = CallStage.Ended;
        host.Leaving(this, null);
        if (TryClaim())
        {
            if (Sink is { } sink)
            {
                _result = result;
                sink.Succeeded(this);
            }
            else if (!IsOneWay)
            {
                _promise.SetResult(result);
            }
        }

        host.Left(this);
    }

    private void Fail(Exception error)
    {
        var host = Host!;
        Stage = CallStage.Ended;
        host.Leaving(this, error);
        TryFail(error);
        host.Left(this);
    }

    private static Exception ErrorOf(Task task)
    {
        if (task.IsFaulted)
            return task.Exception!.InnerException!;
        try
        {
            task.GetAwaiter().GetResult();
            throw new InvalidOperationException("The task has not failed.");
        }
        catch (Exception error)
        {
            return ExceptionDispatchInfo.Capture(error).SourceException;
        }
    }
}
