namespace Orleans.Hosting;

/// <summary>Configures memory streams of a silo.</summary>
public interface ISiloMemoryStreamConfigurator : IMemoryStreamConfigurator;
