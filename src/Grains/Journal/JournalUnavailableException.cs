namespace Engine.Grains.Journal;

/// <summary>The store could not be reached or refused to write. Whether a pending append is durable is unknown.</summary>
public sealed class JournalUnavailableException : Exception
{
    public JournalUnavailableException() { }

    public JournalUnavailableException(string message) : base(message) { }

    public JournalUnavailableException(string message, Exception inner) : base(message, inner) { }
}
