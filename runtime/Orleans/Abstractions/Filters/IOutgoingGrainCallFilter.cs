namespace Orleans;

/// <summary>Runs around calls that leave for grains: the runtime's own grains too, so test the interface's name.</summary>
public interface IOutgoingGrainCallFilter
{
    Task Invoke(IOutgoingGrainCallContext context);
}
