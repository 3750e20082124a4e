namespace Grpc.Net.Client.Balancer;

/// <summary>Finds the servers behind a name and tells when they change.</summary>
public abstract class Resolver : IDisposable
{
    /// <summary>To be called once; the listener gets every result.</summary>
    public abstract void Start(Action<ResolverResult> listener);

    /// <summary>Asks for another look, as when a server cannot be reached.</summary>
    public virtual void Refresh()
    {
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
