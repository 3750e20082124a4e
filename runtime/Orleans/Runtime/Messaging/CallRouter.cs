using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Filters;
using Orleans.Runtime.Generated;
using Orleans.Runtime.References;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// Takes every call of a silo to its target. Three questions are asked one after the other, each of its own part: where
/// does the grain live (<see cref="IGrainLocator"/>), which activation is it (<see cref="ActivationDirectory"/>), may the
/// call run (the activation). A call within the silo is put into the activation's mailbox as it is; one that leaves it
/// goes to <see cref="IRemoteCalls"/>, and one that arrives comes in through <see cref="Receive"/>. A reference remembers
/// its last target, so most calls skip the first two questions.
/// </summary>
internal sealed class CallRouter : IReferenceRuntime, IDisposable
{
    private readonly ActivationDirectory _directory;
    private readonly ActivationShared _shared;
    private readonly GrainTypeRegistry _types;
    private readonly CallFilters _filters;
    private readonly IGrainLocator _locator;
    private readonly LocalObjects _objects;
    private readonly IRemoteCalls _remote;
    private readonly CallTimeouts _timeouts;
    private readonly TimeSpan _timeout;
    private readonly bool _cancelsOnTimeout;
    private volatile bool _isStopping;

    public CallRouter(
        ActivationDirectory directory, ActivationShared shared, GrainTypeRegistry types, CallFilters filters,
        IGrainLocator locator, LocalObjects objects, IRemoteCalls remote, IServiceProvider services,
        IOptions<SiloMessagingOptions> options)
    {
        _directory = directory;
        _shared = shared;
        _types = types;
        _filters = filters;
        _locator = locator;
        _objects = objects;
        _remote = remote;
        _timeout = options.Value.ResponseTimeout;
        _cancelsOnTimeout = options.Value.CancelRequestOnTimeout;
        _timeouts = new CallTimeouts(Clocks.Get(services, TimeProviderNames.Messaging), OnTimeout);
    }

    public bool HasOutgoingFilters => _filters.HasOutgoing;

    public CodecRegistry Codecs => _shared.Codecs;

    /// <summary>Calls of this silo that somebody waits for.</summary>
    public int PendingCount => _timeouts.Count;

    public void Send(GrainCall call)
    {
        if (!call.IsOneWay)
            _timeouts.Track(call, call.Method.Timeout ?? _timeout);
        Route(call);
    }

    public async Task<object?> SendFiltered(GrainCall call, Func<Task> send, Func<object?> getResult)
    {
        var context = new OutgoingCallContext(call, _filters.Outgoing, send, getResult);
        await context.Invoke();
        return context.Result;
    }

    public void Cancel(GrainCall call)
    {
        if (call.Host is Activation activation)
            activation.CancelCall(call);
        else
            _remote.Cancel(call);
    }

    public void Forget(GrainCall call) => _timeouts.Forget(call);

    public object Cast(GrainReference reference, Type interfaceType) =>
        _shared.References.TypedReference(reference.GrainId, interfaceType);

    /// <summary>Takes a call that came over a connection.</summary>
    public void Receive(GrainCall call) => Route(call);

    /// <summary>Takes a call whose activation ended before it ran to the next one.</summary>
    public void Reroute(GrainCall call)
    {
        // A tick is of its activation, not of the grain: it must not bring about another one.
        if (call is TimerCall)
            return;
        call.Forwards++;
        if (call.Reference is { } reference)
            reference.LastTarget = null;
        if (!call.IsSettled)
            Route(call);
    }

    /// <summary>From now on no new activation is made.</summary>
    public void StopActivating() => _isStopping = true;

    /// <summary>Fails what still waits.</summary>
    public void FailPending() => _timeouts.FailAll(static call =>
        new SiloUnavailableException($"The silo stopped before {call} was answered."));

    public void Dispose() => _timeouts.Dispose();

    private void Route(GrainCall call)
    {
        if (call.Reference?.LastTarget is Activation { IsUsable: true } known)
        {
            call.Host = known;
            known.Enqueue(call);
            return;
        }

        if (LocalObjects.IsObject(call.TargetId))
            RouteToObject(call);
        else if (_locator.Locate(call.TargetId) is { } silo)
            _remote.SendToSilo(call, silo);
        else
            RouteToActivation(call);
    }

    private void RouteToActivation(GrainCall call)
    {
        var grainId = call.TargetId;
        if (!_directory.TryGet(grainId, out var activation))
        {
            if (_isStopping)
            {
                call.TryFail(new SiloUnavailableException($"The silo is stopping; {grainId} is not activated any more."));
                return;
            }

            if (!_types.TryGetClass(grainId.Type, out var type))
            {
                call.TryFail(new ArgumentException($"No class implements grain type '{grainId.Type}' here."));
                return;
            }

            activation = _directory.GetOrAdd(
                grainId, static (id, state) => new Activation(id, state.type, state._shared), (type, _shared));
        }

        if (call.Reference is { } reference)
            reference.LastTarget = activation;
        call.Host = activation;
        activation.Enqueue(call);
    }

    private void RouteToObject(GrainCall call)
    {
        var owner = LocalObjects.OwnerOf(call.TargetId);
        if (owner == _objects.OwnerId)
            _objects.Deliver(call);
        else if (!_remote.TrySendToClient(call, owner))
            call.TryFail(new ClientNotAvailableException(call.TargetId));
    }

    private void OnTimeout(GrainCall call)
    {
        if (!call.TryFail(CallTimeouts.Error(call, call.Method.Timeout ?? _timeout)))
            _timeouts.Forget(call);
        else if (_cancelsOnTimeout && (call.Method.Options & CallOptions.Cancellable) != 0)
            Cancel(call);
    }
}
