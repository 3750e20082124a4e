namespace Orleans;

/// <summary>The stages of a client.</summary>
public interface IClusterClientLifecycle : ILifecycleObservable;
