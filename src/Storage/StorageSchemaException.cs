namespace Engine.Storage;

/// <summary>The stored schema is not one that this version of Engine can work with.</summary>
public sealed class StorageSchemaException : Exception
{
    public StorageSchemaException() { }

    public StorageSchemaException(string message) : base(message) { }

    public StorageSchemaException(string message, Exception inner) : base(message, inner) { }

    public StorageSchemaException(string store, int storedVersion, int knownVersion)
        : base($"{store} has schema version {storedVersion}; this version of Engine knows versions up to {knownVersion}. "
            + "It was written by a newer Engine: start that one, or restore a backup made before the upgrade.")
    {
        StoredVersion = storedVersion;
        KnownVersion = knownVersion;
    }

    public int StoredVersion { get; }

    public int KnownVersion { get; }
}
