namespace Orleans.Runtime;

/// <summary>A call of an object of a client that is gone.</summary>
[GenerateSerializer]
public sealed class ClientNotAvailableException : OrleansException
{
    internal ClientNotAvailableException(GrainId clientId)
        : base($"No client {clientId} is connected.")
    {
    }

    internal ClientNotAvailableException(string message)
        : base(message)
    {
    }
}
