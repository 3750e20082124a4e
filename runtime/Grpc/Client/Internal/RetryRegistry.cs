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
    public RetryRegistry(GrpcChannelOptions options)
    {
        _config = options.ServiceConfig;
        Budget = new RetryBudget(options.MaxRetryBufferSize, options.MaxRetryBufferPerCallSize);
        foreach (var method in _config?.MethodConfigs ?? [])
        {
            if (method.HedgingPolicy is { } hedging)
            {
                Require(method.RetryPolicy is null, "Hedging policy", nameof(MethodConfig.RetryPolicy), "absent");
                Require(hedging.MaxAttempts >= 2, "Hedging policy", nameof(hedging.MaxAttempts), "at least 2");
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

    /// <summary>What is kept of requests.</summary>
    public RetryBudget Budget { get; }

    /// <summary>The configuration of the most specific name that matches.</summary>
    public MethodConfig? PoliciesOf(IMethod method)
    {
        MethodConfig? found = null;
        var rank = -1;
        foreach (var config in _config?.MethodConfigs ?? [])
        {
            foreach (var name in config.Names)
            {
                var match = Rank(name, method);
                if (match > rank)
                {
                    (rank, found) = (match, config);
                }
            }
        }

        return found;
    }

    private static void Check(RetryPolicy policy)
    {
        const string Whose = "Retry policy";
        Require(policy.MaxAttempts >= 2, Whose, nameof(policy.MaxAttempts), "at least 2");
        Require(policy.InitialBackoff > TimeSpan.Zero, Whose, nameof(policy.InitialBackoff), "greater than zero");
        Require(policy.MaxBackoff > TimeSpan.Zero, Whose, nameof(policy.MaxBackoff), "greater than zero");
        Require(policy.BackoffMultiplier > 0, Whose, nameof(policy.BackoffMultiplier), "greater than zero");
        Require(policy.RetryableStatusCodes.Count > 0, Whose, nameof(policy.RetryableStatusCodes), "not empty");
    }

    private static void Require(bool holds, string whose, string name, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{whose} needs a {name} that is {what}.");
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
