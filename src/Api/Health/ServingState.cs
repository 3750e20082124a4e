namespace Engine.Api.Health;

/// <summary>Whether the server takes work.</summary>
public enum ServingState
{
    /// <summary>Not yet or not any more: clients and load balancers go elsewhere.</summary>
    NotServing = 0,

    /// <summary>Takes work.</summary>
    Serving = 1,
}
