namespace Grpc.Net.Client.Configuration;

/// <summary>What holds for the methods it names.</summary>
public sealed class MethodConfig : ConfigObject
{
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Not together with <see cref="RetryPolicy"/>.</summary>
    public HedgingPolicy? HedgingPolicy { get; set; }

    public IList<MethodName> Names { get; } = [];
}
