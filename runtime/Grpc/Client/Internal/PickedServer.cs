namespace Grpc.Net.Client.Internal;

/// <summary>A server a call is sent to.</summary>
internal class PickedServer(Uri uri)
{
    public Uri Uri { get; } = uri;

    public virtual void Succeeded()
    {
    }

    /// <returns>Whether another server should be tried at once.</returns>
    public virtual bool Failed(Exception exception) => false;
}
