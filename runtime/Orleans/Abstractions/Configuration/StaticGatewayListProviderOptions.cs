namespace Orleans.Configuration;

/// <summary>A fixed list of gateways.</summary>
public class StaticGatewayListProviderOptions
{
    public List<Uri> Gateways { get; set; } = [];
}
