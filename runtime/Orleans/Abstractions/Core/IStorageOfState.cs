namespace Orleans.Core;

/// <summary>A typed state kept in grain storage.</summary>
public interface IStorage<TState> : IStorage
{
    TState State { get; set; }
}
