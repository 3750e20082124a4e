namespace Orleans;

/// <summary>Runs around calls that arrive at grains: the runtime's own grains too, so test the interface's name.</summary>
public interface IIncomingGrainCallFilter
{
    Task Invoke(IIncomingGrainCallContext context);
}
