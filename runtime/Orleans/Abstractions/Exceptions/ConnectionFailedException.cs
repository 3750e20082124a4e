namespace Orleans.Runtime.Messaging;

/// <summary>No connection to a gateway or silo could be made.</summary>
[GenerateSerializer]
public class ConnectionFailedException : OrleansException
{
    public ConnectionFailedException()
    {
    }

    public ConnectionFailedException(string message)
        : base(message)
    {
    }

    public ConnectionFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
