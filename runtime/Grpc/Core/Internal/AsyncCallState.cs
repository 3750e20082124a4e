namespace Grpc.Core;

/// <summary>
/// What a call object asks of the call behind it. Delegates with a state argument are shared by all calls of a
/// type, so that the call objects cost no closures.
/// </summary>
internal readonly struct AsyncCallState
{
    private readonly object? _headers;
    private readonly object _getStatus;
    private readonly object _getTrailers;
    private readonly object _dispose;
    private readonly object? _state;

    public AsyncCallState(
        Func<object, Task<Metadata>> headers,
        Func<object, Status> getStatus,
        Func<object, Metadata> getTrailers,
        Action<object> dispose,
        object state)
    {
        _headers = headers;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        _state = state;
    }

    public AsyncCallState(Task<Metadata> headers, Func<Status> getStatus, Func<Metadata> getTrailers, Action dispose)
    {
        _headers = headers;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        _state = null;
    }

    public Task<Metadata> ResponseHeadersAsync() => _headers is Func<object, Task<Metadata>> withState
        ? withState(_state!)
        : (Task<Metadata>)_headers!;

    public Status GetStatus() => _getStatus is Func<object, Status> withState
        ? withState(_state!)
        : ((Func<Status>)_getStatus)();

    public Metadata GetTrailers() => _getTrailers is Func<object, Metadata> withState
        ? withState(_state!)
        : ((Func<Metadata>)_getTrailers)();

    public void Dispose()
    {
        if (_dispose is Action<object> withState)
        {
            withState(_state!);
        }
        else
        {
            ((Action)_dispose)();
        }
    }
}
