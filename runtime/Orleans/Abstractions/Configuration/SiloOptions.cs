namespace Orleans.Configuration;

/// <summary>The silo itself.</summary>
public class SiloOptions
{
    /// <summary>The silo's name; made up when empty.</summary>
    public string SiloName { get; set; } = "";
}
