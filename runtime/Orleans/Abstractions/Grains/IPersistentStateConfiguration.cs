namespace Orleans.Runtime;

/// <summary>Which state, and in which storage.</summary>
public interface IPersistentStateConfiguration
{
    string StateName { get; }

    /// <summary>Null for the default storage.</summary>
    string? StorageName { get; }
}
