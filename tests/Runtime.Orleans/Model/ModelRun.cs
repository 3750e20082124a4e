using System.Collections.Concurrent;

namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>
/// A run of a program, and the model it is held against. The runtime decides when code runs; the model only looks at what
/// has begun and not ended in an activation, pair by pair. That is too slow to schedule anything, but small enough to be
/// right on sight: see <see cref="MayRunBeside"/>.
/// </summary>
internal sealed class ModelRun : IDisposable
{
    private static readonly ConcurrentDictionary<string, ModelRun> Runs = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource[] _gates;
    private readonly ModelCall[] _calls;
    private readonly ModelActivation?[] _latest;
    private readonly List<ModelActivation> _activations = [];
    private readonly List<ModelTimer> _timers = [];
    private readonly List<string> _violations = [];
    private int _sent;

    public ModelRun(ModelProgram program)
    {
        Program = program;
        _gates = [.. Enumerable.Range(0, program.GateCount).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        _calls = [.. program.Calls.Select(static spec => new ModelCall(spec))];
        _latest = new ModelActivation?[program.Grains.Count];
        Runs[Name] = this;
    }

    public ModelProgram Program { get; }

    public string Name { get; } = Guid.NewGuid().ToString("N");

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate)
                return [.. _violations];
        }
    }

    public IReadOnlyList<ModelTimer> Timers
    {
        get
        {
            lock (_gate)
                return [.. _timers];
        }
    }

    public static ModelRun Find(string name) => Runs[name];

    public void Dispose() => Runs.TryRemove(Name, out _);

    public void Report(string violation)
    {
        lock (_gate)
            _violations.Add(violation);
    }

    public Task Gate(int gate) => _gates[gate].Task;

    public void Open(int gate) => _gates[gate].TrySetResult();

    public ModelCall Call(int id) => _calls[id];

    // What grains report.

    public ModelActivation Activated(int grain)
    {
        lock (_gate)
        {
            if (_latest[grain] is { HasEnded: false })
                _violations.Add($"grain {grain} is active twice");
            var activation = new ModelActivation(this, grain, TaskScheduler.Current);
            _latest[grain] = activation;
            _activations.Add(activation);
            return activation;
        }
    }

    public void EndRequested(ModelActivation activation)
    {
        lock (_gate)
            activation.EndRequested = true;
    }

    /// <summary>The driver ends the grain because the program is over.</summary>
    public void Finishing(ModelActivation activation)
    {
        lock (_gate)
        {
            activation.EndRequested = true;
            activation.BegunCount++;
        }
    }

    public int Deactivating(ModelActivation activation)
    {
        lock (_gate)
        {
            activation.IsEnding = true;
            if (activation.Running.Count > 0)
                _violations.Add($"grain {activation.Grain} ends while calls run");
            return Program.Grains[activation.Grain].EndGate;
        }
    }

    public void Deactivated(ModelActivation activation)
    {
        lock (_gate)
        {
            activation.HasEnded = true;
            if (activation.BegunCount == 0 && !MayBeLeftWithoutCalls(activation.Grain))
                _violations.Add($"grain {activation.Grain} was activated for nothing");
        }
    }

    public void OpenChain(ModelCall call)
    {
        lock (_gate)
            call.OpenChain = call.Spec.Chain >= 0 ? call.Spec.Chain : call.Spec.Id;
    }

    public ModelTimer AddTimer(ModelActivation activation, int id)
    {
        lock (_gate)
        {
            var timer = new ModelTimer(activation);
            _timers.Add(timer);
            return timer;
        }
    }

    public ModelCall Begin(ModelActivation activation, int id)
    {
        activation.Enter();
        var call = _calls[id];
        lock (_gate)
        {
            // A timer has a call of its own for each activation that registers it.
            if (call.Spec.IsTick)
                call = new ModelCall(call.Spec);
            else if (++call.Begun > 1)
                _violations.Add($"{call.Spec} runs twice");
            else if (call.Sent < 0)
                _violations.Add($"{call.Spec} was not sent");
            if (call.Spec.Grain != activation.Grain)
                _violations.Add($"{call.Spec} runs in grain {activation.Grain}");
            if (call.Spec.Kind == CallKind.Doomed)
                _violations.Add($"{call.Spec} runs beside the call it waits for, or after its caller was told that it failed");
            if (activation.IsEnding)
                _violations.Add($"{call.Spec} begins after its activation began to end");
            foreach (var running in activation.Running)
            {
                if (!MayRunBeside(call.Spec, running, activation))
                    _violations.Add($"{call.Spec} begins while {running.Spec} runs");
                if (call.Spec.IsTick && running.Spec.Id == id)
                    _violations.Add($"{call.Spec} overlaps itself");
            }

            CheckOrder(call);
            activation.Running.Add(call);
            activation.BegunCount++;
        }

        return call;
    }

    public void End(ModelActivation activation, ModelCall call)
    {
        lock (_gate)
        {
            call.Ended++;
            activation.Running.Remove(call);
        }

        activation.Leave();
    }

    // What callers report.

    public Task Send(int id, int caller, IGrainFactory grains, CancellationToken token)
    {
        var call = _calls[id];
        lock (_gate)
        {
            call.Sent = _sent++;
            call.Caller = caller;
        }

        var grain = Grain(call.Spec.Grain, grains);
        return call.Spec.Kind switch
        {
            CallKind.Write => grain.Write(Name, id),
            CallKind.Read => grain.Read(Name, id),
            CallKind.Interleave => grain.Interleave(Name, id),
            CallKind.Nudge => grain.Nudge(Name, id),
            CallKind.Cancellable => grain.Cancellable(Name, id, token),
            _ => grain.Doomed(Name, id),
        };
    }

    public IModelGrain Grain(int index, IGrainFactory grains)
    {
        var type = Program.Grains[index].Kind switch
        {
            GrainKind.Reentrant => typeof(ReentrantModelGrain),
            GrainKind.Deciding => typeof(DecidingModelGrain),
            _ => typeof(PlainModelGrain),
        };
        return grains.GetGrain<IModelGrain>($"{Name}/{index}", type.FullName);
    }

    /// <summary>Waits for a call and checks that it ended with its own outcome; never fails.</summary>
    public async Task Observe(int id, Task sent)
    {
        var call = _calls[id];
        string outcome;
        try
        {
            await sent;
            outcome = sent is Task<int> { Result: var result } ? $"result {result}" : "sent";
        }
        catch (ModelException error)
        {
            outcome = $"exception {error.Call}";
        }
        catch (Exception error)
        {
            outcome = error is TimeoutException ? "timeout" : error is OperationCanceledException ? "cancelled" : error.ToString();
        }

        var expected = call.Spec.Kind == CallKind.Nudge ? "sent"
            : call.Spec.Kind == CallKind.Doomed ? "timeout"
            : call.Spec.Throws ? $"exception {id}" : $"result {call.Spec.Result}";
        if (outcome != expected && !(call.IsCancelled && outcome == "cancelled"))
            Report($"{call.Spec} ended with '{outcome}' and not with '{expected}'");
        else if (call.Spec.Kind is not (CallKind.Nudge or CallKind.Doomed) && outcome != "cancelled" && call.Ended != 1)
            Report($"{call.Spec} was answered after it had ended {call.Ended} times");
        call.IsSettled = true;
    }

    // What the driver asks.

    /// <summary>Something that should go on by itself and has not yet; null when all waits for a gate.</summary>
    public string? Unsettled()
    {
        lock (_gate)
        {
            foreach (var call in _calls)
            {
                if (call.Sent < 0 || call.Spec.IsTick)
                    continue;
                if (call.Begun == 0)
                {
                    if (!call.IsCancelled && (!call.IsSettled || call.Spec.Kind == CallKind.Nudge) && !HasToWait(call))
                        return $"{call.Spec} should have begun";
                }
                else if (call.Ended == 0)
                {
                    if (!IsHeld(call))
                        return $"{call.Spec} should have gone on";
                }
                else if (!call.IsSettled)
                {
                    return $"the caller of {call.Spec} should have its outcome";
                }
            }

            return _activations.Exists(activation => activation.EndRequested && !activation.HasEnded
                && activation.Running.Count == 0 && !IsHeldAtEnd(activation))
                ? "a grain should have ended" : null;
        }
    }

    /// <summary>Whether a call waits for one that waits for it.</summary>
    public bool IsDoomed() => Array.Exists(_calls, static call => call is { Sent: >= 0, IsSettled: false, Spec.Kind: CallKind.Doomed });

    /// <summary>Something that is not over at the end of a program; null when everything is.</summary>
    public string? Unfinished()
    {
        lock (_gate)
        {
            var running = _activations.SelectMany(static activation => activation.Running).FirstOrDefault();
            return running is null ? null : $"{running.Spec} still runs";
        }
    }

    public IReadOnlyList<int> LiveGrains()
    {
        lock (_gate)
            return [.. _activations.Where(static activation => !activation.HasEnded).Select(static activation => activation.Grain)];
    }

    /// <summary>Reports activations that no call has reached.</summary>
    public void CheckLive()
    {
        lock (_gate)
        {
            foreach (var idle in _activations.Where(live => !live.HasEnded && live.BegunCount == 0 && !MayBeLeftWithoutCalls(live.Grain)))
                _violations.Add($"grain {idle.Grain} was activated for nothing");
        }
    }

    /// <summary>The rules of interleaving as the documentation has them.</summary>
    private bool MayRunBeside(CallSpec call, ModelCall running, ModelActivation activation)
    {
        var kind = Program.Grains[activation.Grain].Kind;
        return call.AlwaysInterleaves
            || running.Spec.AlwaysInterleaves
            || (kind == GrainKind.Reentrant)
            || (kind == GrainKind.Deciding && call.IsChosen)
            || (call.Kind == CallKind.Read && running.Spec.Kind == CallKind.Read)
            || (call.Chain >= 0 && activation.Running.Exists(other => other.OpenChain == call.Chain));
    }

    /// <summary>Calls of one caller begin in the order in which it sent them, unless one may interleave.</summary>
    private void CheckOrder(ModelCall call)
    {
        var grain = Program.Grains[call.Spec.Grain];
        if (grain.MayEnd || grain.Kind != GrainKind.Plain || call.Spec.Kind is not (CallKind.Write or CallKind.Cancellable) || call.Spec.Chain >= 0)
            return;
        var overtaken = Array.Find(_calls, other => other.Sent >= 0 && other.Sent < call.Sent && other.Caller == call.Caller
            && other.Spec.Grain == call.Spec.Grain && other.Begun == 0 && !other.IsCancelled && other.Spec.Kind != CallKind.Doomed);
        if (overtaken is not null)
            _violations.Add($"{call.Spec} overtakes {overtaken.Spec}");
    }

    private bool HasToWait(ModelCall call)
    {
        if (_latest[call.Spec.Grain] is not { HasEnded: false } activation)
            return false;
        if (activation.EndRequested)
            return activation.Running.Count > 0 || IsHeldAtEnd(activation);
        return activation.Running.Exists(running => !MayRunBeside(call.Spec, running, activation));
    }

    private bool IsHeldAtEnd(ModelActivation activation) =>
        Program.Grains[activation.Grain].EndGate is >= 0 and var gate && !_gates[gate].Task.IsCompleted;

    private bool IsHeld(ModelCall call)
    {
        if (call.WaitsAt is >= 0 and var gate)
            return !call.IsCancelled && !_gates[gate].Task.IsCompleted;
        if (call.WaitsFor is >= 0 and var child)
            return IsOpen(child);
        return call.WaitsFor == ModelCall.Forks
            && call.Spec.Steps.Exists(step => step.Kind == StepKind.Fork && IsOpen(step.Argument));

        bool IsOpen(int id) => !_calls[id].IsSettled && _calls[id].Ended == 0;
    }

    /// <summary>A call may activate a grain and be given up before it runs.</summary>
    private bool MayBeLeftWithoutCalls(int grain) =>
        Array.Exists(_calls, call => call.Spec.Grain == grain && (call.IsCancelled || call.Spec.Kind == CallKind.Doomed));
}
