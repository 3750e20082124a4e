namespace Orleans.Runtime;

/// <summary>Makes states for grains.</summary>
public interface IPersistentStateFactory
{
    IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config);
}
