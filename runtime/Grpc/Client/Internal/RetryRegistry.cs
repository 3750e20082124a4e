using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>Which methods are tried again, as the service config says.</summary>
internal sealed class RetryRegistry
{
    private readonly GrpcChannelOptions _options;

    public RetryRegistry(GrpcChannelOptions options)
    {
        _options = options;
    }

    /// <summary>The policy of the most specific name that matches.</summary>
    public RetryPolicy? PolicyOf(IMethod method)
    {
        RetryPolicy? found = null;
        var rank = -1;
        foreach (var config in _options.ServiceConfig?.MethodConfigs ?? [])
        {
            foreach (var name in config.Names)
            {
                var match = Rank(name, method);
                if (match > rank)
                {
                    (rank, found) = (match, config.RetryPolicy);
                }
            }
        }

        return found;
    }

    private static int Rank(MethodName name, IMethod method)
    {
        if (string.IsNullOrEmpty(name.Service))
        {
            return string.IsNullOrEmpty(name.Method) ? 0 : -1;
        }

        if (name.Service != method.ServiceName)
        {
            return -1;
        }

        return string.IsNullOrEmpty(name.Method) ? 1 : name.Method == method.Name ? 2 : -1;
    }
}
