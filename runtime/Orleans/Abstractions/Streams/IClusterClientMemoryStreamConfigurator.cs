namespace Orleans.Hosting;

/// <summary>Configures memory streams of a client.</summary>
public interface IClusterClientMemoryStreamConfigurator : IMemoryStreamConfigurator;
