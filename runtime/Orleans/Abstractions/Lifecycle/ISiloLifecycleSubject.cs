namespace Orleans.Runtime;

/// <summary>Drives the stages of a silo.</summary>
public interface ISiloLifecycleSubject : ISiloLifecycle, ILifecycleObserver;
