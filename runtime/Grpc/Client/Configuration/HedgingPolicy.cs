using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>Several attempts at once. Part of the configuration; the builtin channel refuses it.</summary>
public sealed class HedgingPolicy : ConfigObject
{
    public int? MaxAttempts
    {
        get => Get<int?>("maxAttempts");
        set => Set("maxAttempts", value);
    }

    public TimeSpan? HedgingDelay { get; set; }

    public IList<StatusCode> NonFatalStatusCodes { get; } = [];
}
