using System.Globalization;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Cluster;

/// <summary>Read from the store, so that a silo need not be asked who may be the very one that hangs.</summary>
internal sealed class StoreFigures(
    IJournal journal, IConsumerStore consumers, IViewStore views, IReminderTable reminders, EngineClock clock) : IStoreFigures
{
    private const int CommitsMax = 10_000;
    private const int RemindersMax = 100_000;

    public async Task<long> CountRemindersDueAsync(CancellationToken cancellationToken)
    {
        if (reminders is not IReminderCount count) return 0;
        return await count.CountDueAsync(clock.UtcNow, RemindersMax, cancellationToken);
    }

    public async Task<string> ReadJournalEndAsync(CancellationToken cancellationToken)
    {
        var end = await journal.ReadEndAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{end[0].Transaction}.{end[0].Sequence}");
    }

    public async Task<IReadOnlyList<ConsumerLag>> ReadLagsAsync(CancellationToken cancellationToken)
    {
        var lags = new List<ConsumerLag>();
        foreach (var consumer in await consumers.ListAsync("", cancellationToken))
        {
            var (name, lanes) = Parse(consumer.Name);
            // Divided otherwise, it is of another time, and nobody's work.
            if (lanes.Groups != journal.ConsumerGroups) continue;
            lags.Add(await ReadLagAsync(name, lanes, consumer.Position, cancellationToken));
        }

        var position = await views.ReadCheckpointAsync(cancellationToken);
        for (var group = 0; group < journal.ConsumerGroups; group++)
            lags.Add(await ReadLagAsync("views", new LaneSet(group, journal.ConsumerGroups), position, cancellationToken));
        return [.. lags.OrderBy(static lag => lag.Consumer, StringComparer.Ordinal).ThenBy(static lag => lag.Group)];
    }

    private async Task<ConsumerLag> ReadLagAsync(
        string consumer, LaneSet lanes, JournalPosition position, CancellationToken cancellationToken)
    {
        var lag = new ConsumerLag { Consumer = consumer, Group = lanes.Group, GroupCount = lanes.Groups, Age = new Duration() };
        lag.Commits = await journal.CountAsync(position, CommitsMax, lanes, cancellationToken);
        if (lag.Commits == 0) return lag;
        var first = await journal.ReadAsync(position, 1, lanes, null, cancellationToken);
        if (first.Rows.Count == 0) return lag;
        var age = clock.UtcNow - Commit.Parser.ParseFrom(first.Rows[0].Payload.Span).CommitTime.ToDateTimeOffset();
        if (age > TimeSpan.Zero) lag.Age = Duration.FromTimeSpan(age);
        return lag;
    }

    // NAME where one owner reads everything, NAME/GROUP/GROUPS where the work is divided.
    private static (string Name, LaneSet Lanes) Parse(string stored)
    {
        var parts = stored.Split('/');
        return parts.Length == 3 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var group)
            && int.TryParse(parts[2], CultureInfo.InvariantCulture, out var groups)
            ? (parts[0], new LaneSet(group, groups))
            : (stored, LaneSet.All);
    }
}
