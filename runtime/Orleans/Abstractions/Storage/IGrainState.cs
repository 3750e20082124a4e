namespace Orleans;

/// <summary>A state on its way between a grain and its storage.</summary>
public interface IGrainState<T>
{
    T? State { get; set; }

    /// <summary>The version; storage sets it.</summary>
    string? ETag { get; set; }

    bool RecordExists { get; set; }
}
