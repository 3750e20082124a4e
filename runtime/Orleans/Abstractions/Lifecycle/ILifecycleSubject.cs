namespace Orleans;

/// <summary>Drives the observers of a lifecycle.</summary>
public interface ILifecycleSubject : ILifecycleObservable, ILifecycleObserver;
