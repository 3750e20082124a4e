using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Filters;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.References;

namespace Orleans.Runtime.Connections;

/// <summary>
/// What stands behind a client's references. A call made while no gateway is connected fails at once; a call under way when its
/// gateway is lost fails with an unknown outcome, and the next one goes to another.
/// </summary>
internal sealed class ClientConnection : IReferenceRuntime, IHostedService, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly CallFilters _filters;
    private readonly ClientMessagingOptions _options;
    private readonly GatewayLinks _links;
    private readonly CallTimeouts _timeouts;
    private readonly Lazy<GrainFactory> _factory;
    private readonly Lazy<LocalObjects> _objects;

    public ClientConnection(
        IServiceProvider services, CodecRegistry codecs, CallFilters filters, GatewayLinks links, IOptions<ClientMessagingOptions> options)
    {
        _services = services;
        Codecs = codecs;
        _filters = filters;
        _links = links;
        _options = options.Value;
        _factory = new Lazy<GrainFactory>(services.GetRequiredService<GrainFactory>);
        _objects = new Lazy<LocalObjects>(services.GetRequiredService<LocalObjects>);
        _timeouts = new CallTimeouts(Clocks.Get(services, TimeProviderNames.Messaging), OnTimeout);
    }

    public bool HasOutgoingFilters => _filters.HasOutgoing;

    public CodecRegistry Codecs { get; }

    public bool IsConnected => _links.Count > 0;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var filter = _services.GetService<IClientConnectionRetryFilter>();
        while (true)
        {
            try
            {
                await _links.Connect(cancellationToken);
                break;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (filter is null || !await filter.ShouldRetryConnectionAttempt(error, cancellationToken))
                    throw;
            }
        }

        _links.Keep();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _links.Stop();
        _timeouts.FailAll(static call => new SiloUnavailableException($"The client stopped before {call} was answered."));
    }

    public void Send(GrainCall call)
    {
        if (!call.IsOneWay)
            _timeouts.Track(call, LimitOf(call));
        if (LocalObjects.IsObject(call.TargetId) && LocalObjects.OwnerOf(call.TargetId) == _objects.Value.OwnerId)
        {
            _objects.Value.Deliver(call);
            return;
        }

        // A connection may end between being found and being used.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (_links.Find(call.TargetId) is not { } connection)
                break;
            if (connection.TrySend(call))
                return;
        }

        call.TryFail(new SiloUnavailableException("The client is not connected to a gateway; the call was not sent."));
    }

    public async Task<object?> SendFiltered(GrainCall call, Func<Task> send, Func<object?> getResult)
    {
        var context = new OutgoingCallContext(call, _filters.Outgoing, send, getResult);
        await context.Invoke();
        return context.Result;
    }

    public void Cancel(GrainCall call) => (call.Host as CallConnection)?.Cancel(call);

    public void Forget(GrainCall call) => _timeouts.Forget(call);

    public object Cast(GrainReference reference, Type interfaceType) =>
        _factory.Value.TypedReference(reference.GrainId, interfaceType);

    public void Dispose() => _timeouts.Dispose();

    private TimeSpan LimitOf(GrainCall call) => call.Method.Timeout ?? _options.ResponseTimeout;

    private void OnTimeout(GrainCall call)
    {
        if (!call.TryFail(CallTimeouts.Error(call, LimitOf(call))))
            _timeouts.Forget(call);
        else
            Cancel(call);
    }
}
