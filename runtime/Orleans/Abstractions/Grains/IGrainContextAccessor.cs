namespace Orleans.Runtime;

/// <summary>Finds the activation on whose behalf the current code runs.</summary>
public interface IGrainContextAccessor
{
    IGrainContext GrainContext { get; }
}
