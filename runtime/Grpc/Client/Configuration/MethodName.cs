namespace Grpc.Net.Client.Configuration;

/// <summary>A method, all methods of a service, or with neither all methods.</summary>
public sealed class MethodName : ConfigObject
{
    /// <summary>All methods.</summary>
    public static readonly MethodName Default = new();

    /// <summary>With its package.</summary>
    public string? Service
    {
        get => Get<string>("service");
        set => Set("service", value);
    }

    public string? Method
    {
        get => Get<string>("method");
        set => Set("method", value);
    }
}
