using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>Does what the program says and reports each piece of code between two awaits.</summary>
public abstract class ModelGrainBase : Grain, IModelGrain
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private ModelRun _run = null!;
    private ModelActivation _me = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString().Split('/');
        _run = ModelRun.Find(key[0]);
        _me = _run.Activated(int.Parse(key[1], System.Globalization.CultureInfo.InvariantCulture));
        await Task.Yield();
        _me.Enter();
        _me.Leave();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _me.Enter();
        var gate = _run.Deactivating(_me);
        _me.Leave();
        if (gate >= 0)
            await _run.Gate(gate);
        _me.Enter();
        _run.Deactivated(_me);
        _me.Leave();
    }

    public Task<int> Write(string run, int call) => Run(call, CancellationToken.None);

    public Task<int> Read(string run, int call) => Run(call, CancellationToken.None);

    public Task<int> Interleave(string run, int call) => Run(call, CancellationToken.None);

    public Task Nudge(string run, int call) => Run(call, CancellationToken.None);

    public Task<int> Cancellable(string run, int call, CancellationToken token) => Run(call, token);

    public Task<int> Doomed(string run, int call) => Run(call, CancellationToken.None);

    public Task Finish()
    {
        _run.Finishing(_me);
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<int> Run(int id, CancellationToken token)
    {
        var call = _run.Begin(_me, id);
        RequestContext.ReentrancySection? section = null;
        await using var cancellation = token.Register(() =>
        {
            _me.Enter();
            _me.Leave();
        });
        var forks = new List<Task>();
        var isCancelled = false;
        try
        {
            foreach (var step in call.Spec.Steps)
            {
                switch (step.Kind)
                {
                    case StepKind.Section:
                        _run.OpenChain(call);
                        section = RequestContext.AllowCallChainReentrancy();
                        break;
                    case StepKind.End:
                        _run.EndRequested(_me);
                        DeactivateOnIdle();
                        break;
                    case StepKind.Timer when _me.EndRequested:
                        // The runtime refuses timers of an activation that ends.
                        break;
                    case StepKind.Timer:
                        StartTimer(step.Argument);
                        break;
                    case StepKind.Fork:
                        forks.Add(Child(call, step.Argument));
                        break;
                    default:
                        isCancelled |= await Away(call, step, token);
                        break;
                }

                if (isCancelled)
                    break;
            }

            // A cancelled call too: what it called may depend on that it runs.
            call.WaitsFor = ModelCall.Forks;
            _me.Leave();
            await Task.WhenAll(forks);
            _me.Enter();
            token.ThrowIfCancellationRequested();
            return call.Spec.Throws ? throw new ModelException(id) : call.Spec.Result;
        }
        finally
        {
            section?.Dispose();
            _run.End(_me, call);
        }
    }

    /// <returns>Whether the wait was cancelled.</returns>
    private async Task<bool> Away(ModelCall call, ModelStep step, CancellationToken token)
    {
        Task away;
        switch (step.Kind)
        {
            case StepKind.Gate:
                call.WaitsAt = step.Argument;
                away = _run.Gate(step.Argument).WaitAsync(token);
                break;
            case StepKind.Call:
                call.WaitsFor = step.Argument;
                away = Child(call, step.Argument);
                break;
            default:
                away = YieldOnce();
                break;
        }

        _me.Leave();
        try
        {
            await away;
            return false;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return true;
        }
        finally
        {
            _me.Enter();
            call.WaitsAt = -1;
            call.WaitsFor = -1;
        }
    }

    private static async Task YieldOnce() => await Task.Yield();

    private Task Child(ModelCall parent, int id)
    {
        var sent = _run.Send(id, parent.Spec.Id, GrainFactory, CancellationToken.None);
        return _run.Observe(id, sent);
    }

    private void StartTimer(int id)
    {
        var ticks = 0;
        var timer = _run.AddTimer(_me, id);
        timer.Timer = this.RegisterGrainTimer(
            async _ =>
            {
                var call = _run.Begin(_me, id);
                try
                {
                    timer.Ticks++;
                    foreach (var step in call.Spec.Steps.Where(static step => step.Kind is StepKind.Gate or StepKind.Yield))
                        await Away(call, step, CancellationToken.None);
                    if (++ticks == 5)
                    {
                        timer.IsStopped = true;
                        timer.Timer!.Dispose();
                    }

                    if (call.Spec.Throws)
                        throw new ModelException(id);
                }
                finally
                {
                    _run.End(_me, call);
                }
            },
            new GrainTimerCreationOptions
            {
                DueTime = Second, Period = Second, Interleave = _run.Program.Calls[id].Kind == CallKind.InterleavingTick,
            });
    }
}
