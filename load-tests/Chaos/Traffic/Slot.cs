namespace Engine.LoadTests.Chaos.Traffic;

/// <summary>A customer, with the conversation that they have now.</summary>
internal sealed class Slot(int number, string address)
{
    private volatile string? _conversation;

    public int Number => number;

    /// <summary>On the channel.</summary>
    public string Address => address;

    /// <summary>conversations/{conversation}, as the last answer to a message of the customer named it.</summary>
    public string? Conversation
    {
        get => _conversation;
        set => _conversation = value;
    }
}
