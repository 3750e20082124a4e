using System.Net.Sockets;

namespace Engine.Silo.Tests.Processes;

/// <summary>A connection whose client takes nothing more from a moment on, as one that is suspended does not.</summary>
public sealed class DeafStream(Socket socket, Task silence) : NetworkStream(socket, ownsSocket: true)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (silence.IsCompleted)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return await base.ReadAsync(buffer, cancellationToken);
    }
}
