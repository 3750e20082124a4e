namespace Engine.Storage.State;

/// <summary>The little that a backend does for grain states; etags and serialising are in <see cref="GrainStorage"/>.</summary>
internal interface IGrainStateStore
{
    Task<StoredState?> ReadAsync(string name, string grain);

    /// <summary>
    /// Writes, durably, if the stored etag is the expected one (null: nothing may be stored). Answers with the etag that
    /// stood there, so that the caller sees whether it was.
    /// </summary>
    Task<string?> WriteAsync(string name, string grain, string? expectedEtag, StoredState state);

    /// <summary>Deletes under the same condition, with the same answer. No file holds the state's bytes afterwards.</summary>
    Task<string?> DeleteAsync(string name, string grain, string? expectedEtag);
}
