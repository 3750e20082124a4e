namespace Orleans.Runtime;

/// <summary>The reminder table refused.</summary>
[GenerateSerializer]
public sealed class ReminderException : OrleansException
{
    public ReminderException(string message)
        : base(message)
    {
    }
}
