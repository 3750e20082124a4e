namespace Orleans;

/// <summary>A service that subscribes to a lifecycle by itself once it is registered.</summary>
public interface ILifecycleParticipant<TLifecycleObservable>
    where TLifecycleObservable : ILifecycleObservable
{
    void Participate(TLifecycleObservable lifecycle);
}
