using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A state that a constructor asks for with <see cref="PersistentStateAttribute"/>; read before activation.</summary>
public interface IPersistentState<TState> : IStorage<TState>;
