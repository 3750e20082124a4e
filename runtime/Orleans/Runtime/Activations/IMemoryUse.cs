namespace Orleans.Runtime.Activations;

/// <summary>How much of the memory there is is in use.</summary>
internal interface IMemoryUse
{
    double Percent { get; }
}
