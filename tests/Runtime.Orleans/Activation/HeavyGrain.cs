namespace Engine.Runtime.Orleans.Tests.Activation;

public sealed class HeavyGrain : Grain, IHeavyGrain
{
    private static int Shed;
    private byte[] _held = [];

    public static int ShedCount => Volatile.Read(ref Shed);

    public Task<long> Hold(int bytes)
    {
        _held = new byte[bytes];
        return Task.FromResult(this.GetPrimaryKeyLong() + _held[^1]);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode == DeactivationReasonCode.HighMemoryPressure)
            Interlocked.Increment(ref Shed);
        return Task.CompletedTask;
    }
}
