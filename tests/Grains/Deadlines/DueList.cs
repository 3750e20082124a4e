using Engine.Grains.Deadlines;
using Orleans.Runtime;

namespace Engine.Grains.Tests.Deadlines;

/// <summary>Reminders in memory, all due.</summary>
internal sealed class DueList : IDueReminders
{
    private readonly Lock _lock = new();
    private List<DueReminder> _rows = [];

    public int Reads { get; private set; }

    public static DueReminder Reminder(int i) =>
        new(GrainId.Create("conversation", $"shop/{i}"), "deadline", DateTimeOffset.UnixEpoch.AddSeconds(i), TimeSpan.FromMinutes(1));

    public void Set(IEnumerable<DueReminder> rows)
    {
        lock (_lock) _rows = [.. rows.OrderBy(r => r.StartAt)];
    }

    public void Remove(DueReminder reminder)
    {
        lock (_lock) _rows.Remove(reminder);
    }

    public Task<IReadOnlyList<DueReminder>> ReadDueAsync(DateTimeOffset before, DueReminder? after, int max, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Reads++;
            return Task.FromResult<IReadOnlyList<DueReminder>>(
                [.. _rows.Where(r => r.StartAt < before && (after is null || r.StartAt > after.StartAt)).Take(max)]);
        }
    }
}
