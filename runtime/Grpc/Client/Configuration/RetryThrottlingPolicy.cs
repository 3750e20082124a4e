namespace Grpc.Net.Client.Configuration;

/// <summary>Stops retries while too many calls fail. A failure takes a token, a success gives a part of one back; below half there are no retries.</summary>
public sealed class RetryThrottlingPolicy : ConfigObject
{
    public int? MaxTokens
    {
        get => Get<int?>("maxTokens");
        set => Set("maxTokens", value);
    }

    public double? TokenRatio
    {
        get => Get<double?>("tokenRatio");
        set => Set("tokenRatio", value);
    }
}
