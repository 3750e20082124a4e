using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain that reminders wake.</summary>
public interface IRemindable : IGrain
{
    /// <summary>A tick. May come late or twice.</summary>
    Task ReceiveReminder(string reminderName, TickStatus status);
}
