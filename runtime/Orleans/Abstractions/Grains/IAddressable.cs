namespace Orleans.Runtime;

/// <summary>Marks what can be called by reference: grains, observers, extensions.</summary>
public interface IAddressable;
