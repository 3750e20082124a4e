namespace Orleans;

/// <summary>Refuses to start on a wrong configuration.</summary>
public interface IConfigurationValidator
{
    /// <exception cref="Runtime.OrleansConfigurationException">The configuration is wrong.</exception>
    void ValidateConfiguration();
}
