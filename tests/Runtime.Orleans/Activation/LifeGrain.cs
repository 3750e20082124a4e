using Engine.Runtime.Orleans.Tests.Support;

namespace Engine.Runtime.Orleans.Tests.Activation;

/// <summary>Notes its life under its key.</summary>
public class LifeGrain : Grain, ILifeGrain, IDisposable
{
    private static int Last;
    private readonly int _number = Interlocked.Increment(ref Last);

    private string Log => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Gates.Note(Log, "activating");
        await Task.Yield();
        if (Log.StartsWith("slow", StringComparison.Ordinal))
            await Gates.Pass(Log + "/activate");
        if (Log.StartsWith("fails once", StringComparison.Ordinal) && Gates.Notes(Log).Count == 1)
            throw new InvalidOperationException("not yet");
        Gates.Note(Log, "active");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Gates.Note(Log, $"ends {reason.ReasonCode}");
        if (Log.StartsWith("holds", StringComparison.Ordinal))
            await Gates.Pass(Log + "/deactivate");
        if (Log.StartsWith("bad end", StringComparison.Ordinal))
            throw new InvalidOperationException("bad end");
        Gates.Note(Log, "ended");
    }

    public Task<int> ActivationNumber() => Task.FromResult(_number);

    public Task Throw() => throw new InvalidOperationException("thrown");

    public Task DeactivateNow()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task DeactivateAndWait(string gate)
    {
        DeactivateOnIdle();
        Gates.Note(Log, "asked to end");
        await Gates.Pass(gate);
        Gates.Note(Log, "call ends");
    }

    public Task Delay(TimeSpan span)
    {
        DelayDeactivation(span);
        return Task.CompletedTask;
    }

    public Task<string> Peek() => Task.FromResult(Log);

    public async Task<bool> ReadUntilCancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        using var registration = token.Register(cancelled.SetResult);
        Gates.Note(Log, "reads");
        await cancelled.Task;
        return token.IsCancellationRequested;
    }

    public Task EndFromBeside() => DeactivateNow();

    public void Dispose()
    {
        Gates.Note(Log, "disposed");
        GC.SuppressFinalize(this);
    }
}
