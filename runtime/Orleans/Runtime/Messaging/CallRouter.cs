using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Cluster;
using Orleans.Runtime.Connections;
using Orleans.Runtime.Filters;
using Orleans.Runtime.Generated;
using Orleans.Runtime.Membership;
using Orleans.Runtime.References;
using Orleans.Runtime.Types;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// Takes every call of a silo to its target. Three questions are asked one after the other, each of its own part: where
/// does the grain live (<see cref="ClusterTopology"/>), which activation is it (<see cref="ActivationDirectory"/>), may the
/// call run (the activation). A call within the silo is put into the activation's mailbox as it is; one that leaves it
/// goes to <see cref="IRemoteCalls"/>, and one that arrives comes in through <see cref="Receive"/>. A reference remembers
/// its last target, so most calls skip the first two questions.
/// </summary>
internal sealed class CallRouter : IReferenceRuntime, IDisposable
{
    private const int ForwardsMax = 20;
    private readonly ActivationDirectory _directory;
    private readonly ActivationShared _shared;
    private readonly GrainTypeRegistry _types;
    private readonly CallFilters _filters;
    private readonly ClusterTopology _topology;
    private readonly IClusterMembership _membership;
    private readonly ParkedCalls _parked;
    private readonly LocalObjects _objects;
    private readonly IRemoteCalls _remote;
    private readonly CallTimeouts _timeouts;
    private readonly TimeSpan _timeout;
    private readonly bool _cancelsOnTimeout;
    private volatile bool _isStopping;

    public CallRouter(
        ActivationDirectory directory, ActivationShared shared, GrainTypeRegistry types, CallFilters filters,
        ClusterTopology topology, IClusterMembership membership, LocalObjects objects, IRemoteCalls remote,
        IServiceProvider services, IOptions<SiloMessagingOptions> options)
    {
        _directory = directory;
        _shared = shared;
        _types = types;
        _filters = filters;
        _topology = topology;
        _membership = membership;
        _objects = objects;
        _remote = remote;
        _timeout = options.Value.ResponseTimeout;
        _cancelsOnTimeout = options.Value.CancelRequestOnTimeout;
        var clock = Clocks.Get(services, TimeProviderNames.Messaging);
        _timeouts = new CallTimeouts(clock, OnTimeout);
        _parked = new ParkedCalls(topology, clock, Route);
        topology.Changed += OnChanged;
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
        else if (call.Host is CallConnection connection)
            connection.Cancel(call);
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
        if (call.Reference is { } reference)
            reference.LastTarget = null;
        call.Host = null;
        if (!call.IsSettled && MayForward(call))
            Route(call);
    }

    /// <summary>From now on no new activation is made.</summary>
    public void StopActivating() => _isStopping = true;

    /// <summary>Fails what still waits.</summary>
    public void FailPending() => _timeouts.FailAll(static call =>
        new SiloUnavailableException($"The silo stopped before {call} was answered."));

    /// <summary>Keeps a call until a view of this version is known.</summary>
    public void Park(GrainCall call, long version) => _parked.Add(call, version);

    /// <summary>Takes back a call that another silo did not run because the grain belongs elsewhere.</summary>
    /// <param name="call">The call.</param>
    /// <param name="silo">Where its grain belongs.</param>
    /// <param name="version">The view that says so.</param>
    public void Moved(GrainCall call, SiloAddress silo, long version)
    {
        if (version > _topology.Version)
            _membership.Hint();
        if (call.IsSettled || !MayForward(call))
            return;
        if (_topology.Version >= version)
            Route(call);
        else if (silo.Equals(_topology.Self))
            _parked.Add(call, version);
        else
            _remote.SendToSilo(call, silo, version);
    }

    /// <summary>Takes back a call that could not be sent because its silo is no longer a member.</summary>
    public void Undelivered(GrainCall call, SiloAddress silo)
    {
        if (call.TargetId.Type == ClusterTopology.SiloGrains || LocalObjects.IsObject(call.TargetId))
            call.TryFail(new SiloUnavailableException($"Silo {silo} is not in the cluster; {call} was not sent."));
        else if (!call.IsSettled && MayForward(call))
            Route(call);
    }

    public void Dispose()
    {
        _topology.Changed -= OnChanged;
        _parked.Dispose();
        _timeouts.Dispose();
    }

    private static bool MayForward(GrainCall call)
    {
        if (call.Forwards++ < ForwardsMax)
            return true;
        call.TryFail(new OrleansMessageRejectionException($"{call} was sent on {ForwardsMax} times and has not run."));
        return false;
    }

    private void OnChanged(Topology old, Topology current) => _parked.Resume(current.Version);

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
        else
            RouteToActivation(call);
    }

    /// <summary>Another silo has the grain. A silo that sent the call here sends it there itself; for a client it goes from here.</summary>
    private void RouteToSilo(GrainCall call, SiloAddress silo, long version)
    {
        if (call.Sink is not CallConnection { IsFromSilo: true } source || call.IsOneWay)
            _remote.SendToSilo(call, silo, version);
        else if (source.PeerVersion > version)
            _parked.Add(call, source.PeerVersion);
        else
            source.Move(call, silo, version);
    }

    internal static SiloUnavailableException Suspended(GrainId grainId) => new(
        $"The silo is suspended: it cannot prove that it still is a member of the cluster. {grainId} has not run the call.");

    private void RouteToActivation(GrainCall call)
    {
        var grainId = call.TargetId;
        if (!_directory.TryGet(grainId, out var activation))
        {
            var topology = _topology.Current;
            if (ClusterTopology.OwnerOf(grainId, topology) is { } owner && !owner.Equals(_topology.Self))
            {
                RouteToSilo(call, owner, topology.Version);
                return;
            }

            if (_shared.Handover.AwaitedVersion(grainId) is > 0 and var version)
            {
                _parked.Add(call, version);
                return;
            }

            if (!_membership.MayDispatch)
            {
                call.TryFail(Suspended(grainId));
                return;
            }

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
        else if (LocalObjects.SiloOf(owner) is { } silo)
            RouteToSilo(call, silo, _topology.Version);
        else
            _remote.SendToClient(call, owner);
    }

    private void OnTimeout(GrainCall call)
    {
        if (!call.TryFail(CallTimeouts.Error(call, call.Method.Timeout ?? _timeout)))
            _timeouts.Forget(call);
        else if (call.Host is CallConnection || (_cancelsOnTimeout && (call.Method.Options & CallOptions.Cancellable) != 0))
            Cancel(call);
    }
}
