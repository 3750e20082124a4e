using Orleans.Runtime;

namespace Orleans;

/// <summary>Marks the interfaces of services of a silo that are called like grains.</summary>
public interface ISystemTarget : IAddressable;
