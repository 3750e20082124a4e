namespace Engine.Runtime.Orleans.Tests.Calls;

public sealed class OwnException(string message) : Exception(message)
{
    public object Evidence { get; } = new();
}

[GenerateSerializer]
public sealed class MarkedException(string message, int code) : Exception(message)
{
    [Id(0)]
    public int Code { get; private set; } = code;
}
