namespace Orleans.Runtime.Hosting;

/// <summary>Where this silo is in its life.</summary>
internal sealed class SiloState
{
    private volatile int _status = (int)SiloStatus.Created;

    public SiloStatus Status
    {
        get => (SiloStatus)_status;
        set => _status = (int)value;
    }
}
