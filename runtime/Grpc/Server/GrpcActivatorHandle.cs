namespace Grpc.AspNetCore.Server;

/// <summary>An instance for one call, and whether it was made for it.</summary>
/// <typeparam name="T">A service or an interceptor.</typeparam>
public readonly struct GrpcActivatorHandle<T>
{
    public GrpcActivatorHandle(T instance, bool created, object? state)
    {
        Instance = instance;
        Created = created;
        State = state;
    }

    public T Instance { get; }

    /// <summary>Whether the activator made it, and so has to dispose of it.</summary>
    public bool Created { get; }

    public object? State { get; }
}
