namespace Orleans;

/// <summary>Takes part in the start and stop of something that has stages.</summary>
public interface ILifecycleObserver
{
    Task OnStart(CancellationToken cancellationToken = default);

    Task OnStop(CancellationToken cancellationToken = default);
}
