namespace Orleans.Runtime.Activations;

/// <summary>The heap against what the process may use.</summary>
internal sealed class ProcessMemoryUse : IMemoryUse
{
    public double Percent
    {
        get
        {
            var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return available <= 0 ? 0 : 100.0 * GC.GetTotalMemory(forceFullCollection: false) / available;
        }
    }
}
