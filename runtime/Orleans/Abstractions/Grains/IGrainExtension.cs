namespace Orleans.Runtime;

/// <summary>Marks interfaces that the runtime adds to grains of any class.</summary>
public interface IGrainExtension : IAddressable;
