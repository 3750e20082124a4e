namespace Engine.Storage;

/// <summary>Another process has the data directory open. SQLite files serve one Engine process at a time.</summary>
public sealed class DataDirectoryInUseException : IOException
{
    public DataDirectoryInUseException() { }

    public DataDirectoryInUseException(string directory, Exception inner)
        : base($"The data directory '{directory}' is in use by another Engine process. Stop that one, or start this one with "
            + "another data directory; for several silos on the same data use PostgreSQL.", inner) => Directory = directory;

    public DataDirectoryInUseException(string message) : base(message) { }

    public string? Directory { get; }
}
