namespace Grpc.Core;

/// <summary>Requests of a client.</summary>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more will follow. To be called once, with no write under way.</summary>
    Task CompleteAsync();
}
