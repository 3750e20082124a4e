using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// Marks interfaces of local objects that others call through a reference from
/// <see cref="IGrainFactory.CreateObjectReference{TGrainObserverInterface}"/>. The runtime holds the object weakly.
/// </summary>
public interface IGrainObserver : IAddressable;
