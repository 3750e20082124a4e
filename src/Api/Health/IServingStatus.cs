namespace Engine.Api.Health;

/// <summary>What grpc.health.v1 tells. The host sets it: serving once started, not serving when it begins to drain.</summary>
public interface IServingStatus
{
    /// <summary>Whether the server takes work now. NotServing until the host says otherwise.</summary>
    ServingState State { get; }

    /// <summary>Sets the state, for all services at once.</summary>
    void Set(ServingState state);

    /// <summary>The state, once it is another one than the given.</summary>
    Task<ServingState> WaitForChangeAsync(ServingState seen, CancellationToken cancellationToken = default);
}
