namespace Orleans.Runtime.Hosting;

/// <summary>The activation whose turn runs here.</summary>
internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => RuntimeContext.Current!;
}
