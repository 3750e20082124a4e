using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Agents.Support;

/// <summary>A conversation as its own journal has it, and how much of that the agent was told.</summary>
internal sealed class Life(string id, string queue)
{
    private static readonly ConversationStatus[] Statuses = [ConversationStatus.Open, ConversationStatus.Pending, ConversationStatus.Snoozed];

    private long _version = 1;
    private bool _isTheirs;
    private ConversationStatus _status = ConversationStatus.Open;
    private string _reservation = "";
    private bool _ignoresCapacity;
    private DateTimeOffset _assignTime;
    private LifeNews? _last;
    private readonly List<string> _spent = [];

    public string Id => id;

    public ConversationMode Mode { get; private set; } = ConversationMode.Asynchronous;

    /// <summary>Reservations by which it was assigned.</summary>
    public HashSet<string> Used { get; } = [];

    public void Assign(string reservation, bool ignoreCapacity, DateTimeOffset now)
    {
        _version++;
        (_isTheirs, _status, _reservation, _ignoresCapacity, _assignTime) = (true, ConversationStatus.Open, reservation, ignoreCapacity, now);
        Used.Add(reservation);
        _spent.Add(reservation);
    }

    /// <summary>Whatever happens to it next.</summary>
    public void Change(Random random, DateTimeOffset now)
    {
        if (random.Next(3) == 0) return;
        _version++;
        if (!_isTheirs)
        {
            // Somebody gave it to the agent outside of queues, or long ago.
            if (random.Next(2) == 0) (_isTheirs, _status, _reservation, _ignoresCapacity, _assignTime) = (true, ConversationStatus.Open, "", random.Next(4) == 0, now);
            return;
        }

        switch (random.Next(8))
        {
            case 0: _isTheirs = false; break;
            case 1: Mode = random.Next(2) == 0 ? ConversationMode.Live : ConversationMode.Asynchronous; break;
            default: _status = Statuses[random.Next(Statuses.Length)]; break;
        }
    }

    /// <summary>As it is now, or what was told last.</summary>
    public IEnumerable<LifeNews> News(Random random)
    {
        if (_last is not null && random.Next(5) == 0) return [_last];
        var name = $"conversations/{id}";
        _last = _isTheirs
            ? new LifeNews(
                new InboxEntry
                {
                    Conversation = name, Status = _status, Channel = "web", Mode = Mode, Queue = queue, ConversationVersion = _version,
                    AssignTime = Timestamp.FromDateTimeOffset(_assignTime),
                },
                queue.Length == 0 ? null : new InboxClaim { Conversation = name, Reservation = _reservation, IgnoreCapacity = _ignoresCapacity },
                null,
                [.. _spent])
            : new LifeNews(null, null, new InboxRemoval { Conversation = name, ConversationVersion = _version }, [.. _spent]);
        _spent.Clear();
        return [_last];
    }
}
