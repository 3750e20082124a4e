namespace Grpc.Core;

/// <summary>Messages that arrive one after the other. One reader at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message the last successful <see cref="MoveNext"/> read.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; false after the last one.</summary>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
