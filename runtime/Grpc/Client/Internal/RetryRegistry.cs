using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>Which methods are tried again, and whether too many calls fail for that.</summary>
internal sealed class RetryRegistry
{
    private readonly ServiceConfig? _config;
    private readonly Lock _lock = new();
    private readonly double _maxTokens;
    private readonly double _ratio;
    private double _tokens;

    /// <exception cref="InvalidOperationException">A policy is incomplete.</exception>
    /// <exception cref="NotSupportedException">A method is to be hedged.</exception>
    public RetryRegistry(GrpcChannelOptions options)
    {
        _config = options.ServiceConfig;
        foreach (var method in _config?.MethodConfigs ?? [])
        {
            if (method.HedgingPolicy is not null)
            {
                throw new NotSupportedException("Hedging is not part of this runtime.");
            }

            if (method.RetryPolicy is { } policy)
            {
                Check(policy);
            }
        }

        if (_config?.RetryThrottling is { MaxTokens: { } tokens, TokenRatio: { } ratio })
        {
            _tokens = _maxTokens = tokens;
            _ratio = ratio;
        }
    }

    public bool MayRetry
    {
        get
        {
            lock (_lock)
            {
                return _maxTokens == 0 || _tokens > _maxTokens / 2;
            }
        }
    }

    public void OnSuccess()
    {
        lock (_lock)
        {
            _tokens = Math.Min(_maxTokens, _tokens + _ratio);
        }
    }

    public void OnFailure()
    {
        lock (_lock)
        {
            _tokens = Math.Max(0, _tokens - 1);
        }
    }

    /// <summary>The policy of the most specific name that matches.</summary>
    public RetryPolicy? PolicyOf(IMethod method)
    {
        RetryPolicy? found = null;
        var rank = -1;
        foreach (var config in _config?.MethodConfigs ?? [])
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

    private static void Check(RetryPolicy policy)
    {
        Require(policy.MaxAttempts >= 2, nameof(policy.MaxAttempts), "at least 2");
        Require(policy.InitialBackoff > TimeSpan.Zero, nameof(policy.InitialBackoff), "greater than zero");
        Require(policy.MaxBackoff > TimeSpan.Zero, nameof(policy.MaxBackoff), "greater than zero");
        Require(policy.BackoffMultiplier > 0, nameof(policy.BackoffMultiplier), "greater than zero");
        Require(policy.RetryableStatusCodes.Count > 0, nameof(policy.RetryableStatusCodes), "not empty");

        static void Require(bool holds, string name, string what)
        {
            if (!holds)
            {
                throw new InvalidOperationException($"Retry policy needs a {name} that is {what}.");
            }
        }
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
