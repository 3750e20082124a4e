using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.AdoNet;
using Orleans.Runtime.Membership.AdoNet;

namespace Orleans.Runtime.Membership.Gateways;

/// <summary>The gateways that the membership in the database names.</summary>
internal sealed partial class AdoNetGatewayList : IGatewayList, IDisposable
{
    /// <summary>A client that has lost its gateway waits no longer than this for news of another.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(2);
    private readonly AdoNetMembershipStore _store;
    private readonly TimeSpan _ageMax;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly SemaphoreSlim _turn = new(1);
    private ImmutableArray<EndPoint> _gateways;
    private long _readAt;
    private bool _isFailing;

    public AdoNetGatewayList(
        IOptions<AdoNetClusteringClientOptions> options, IOptions<ClusterOptions> cluster, IOptions<GatewayOptions> gateways,
        ILogger<AdoNetGatewayList> logger)
    {
        _store = new AdoNetMembershipStore(
            AdoNetDatabase.Of(nameof(AdoNetClusteringClientOptions), options.Value.Invariant, options.Value.ConnectionString),
            cluster.Value.ClusterId);
        _ageMax = gateways.Value.GatewayListRefreshPeriod < AgeMax ? gateways.Value.GatewayListRefreshPeriod : AgeMax;
        _logger = logger;
    }

    public async Task<ImmutableArray<EndPoint>> GetAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_gateways.IsDefault && _clock.GetElapsedTime(_readAt) < _ageMax)
                return _gateways;
            _gateways = Choose(await Task.Run(() => _store.Read(knownVersion: -1), cancellationToken));
            _readAt = _clock.GetTimestamp();
            _isFailing = false;
            return _gateways;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (_gateways.IsDefault)
                throw new OrleansException($"The membership could not be read: {StoreAway.Describe(error)}", error);
            if (!_isFailing)
                ReadFailed(_logger, StoreAway.Describe(error));
            _isFailing = true;
            return _gateways;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        _turn.Dispose();
    }

    private static ImmutableArray<EndPoint> Choose(MemberRenewal members)
    {
        var active = members.View?.Members.Where(static member => member is { Status: SiloStatus.Active, Gateway: not null }).ToArray() ?? [];
        var expired = members.Pulses.Where(static pulse => pulse.IsExpired).Select(static pulse => pulse.Silo).ToHashSet();
        var living = active.Where(member => !expired.Contains(member.Silo)).ToArray();
        return [.. (living.Length > 0 ? living : active).Select(static member => (EndPoint)member.Gateway!.Endpoint)];
    }

    [LoggerMessage(630, LogLevel.Warning, "The list of gateways cannot be read and stays as it was: {Reason}")]
    private static partial void ReadFailed(ILogger logger, string reason);
}
