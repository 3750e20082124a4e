using System.Collections.Immutable;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>
/// Finds a conversation's waits in a queue by going through its commits in order: pure, so that a recorded history is a
/// test. Each commit has the structure after it, hence two neighbours tell what changed.
/// </summary>
public sealed class WaitHistory(string conversation, string queue)
{
    private readonly ImmutableArray<PastWait>.Builder _waits = ImmutableArray.CreateBuilder<PastWait>();
    private readonly ImmutableArray<PastHold>.Builder _holds = ImmutableArray.CreateBuilder<PastHold>();
    private PastWait? _open;
    private ConversationSummary? _held;
    private DateTimeOffset _heldSince;

    /// <summary>Goes on by one commit.</summary>
    /// <param name="summary">The structure after it.</param>
    public void Add(long version, DateTimeOffset time, ConversationSummary summary)
    {
        if (_held is not null && !IsHeldAlike(_held, summary)) EndHold(time, summary);
        if (_held is not null) return;
        if (Waits(summary))
        {
            _open ??= new PastWait(Known(version, time, summary), time, null, null, []);
            return;
        }

        if (_open is null) return;
        if (summary.Queue == queue && summary.Assignee.Length > 0 && Holds(summary))
        {
            _open = _open with { AssignTime = time };
            (_held, _heldSince) = (summary, time);
        }
        else
        {
            Close(_open with { EndTime = time });
        }
    }

    /// <summary>All waits, the last one as it stands.</summary>
    public ImmutableArray<PastWait> Finish()
    {
        if (_held is not null)
        {
            _holds.Add(new PastHold(TimeSpan.MaxValue, _held.Status, _held.Mode));
            _held = null;
        }

        if (_open is not null) Close(_open);
        return _waits.DrainToImmutable();
    }

    private static bool Holds(ConversationSummary summary) =>
        summary.Status is ConversationStatus.Open or ConversationStatus.Pending or ConversationStatus.Snoozed;

    private static bool IsHeldAlike(ConversationSummary held, ConversationSummary now) =>
        held.Assignee == now.Assignee && held.Status == now.Status && held.Mode == now.Mode;

    private bool Waits(ConversationSummary summary) =>
        summary.Queue == queue && summary.Assignee.Length == 0 && summary.Status == ConversationStatus.Open;

    private void EndHold(DateTimeOffset time, ConversationSummary now)
    {
        _holds.Add(new PastHold(time - _heldSince, _held!.Status, _held.Mode));
        var goesOn = now.Assignee == _held.Assignee && Holds(now);
        (_held, _heldSince) = (goesOn ? now : null, time);
        if (!goesOn) Close(_open!);
    }

    private void Close(PastWait wait)
    {
        _waits.Add(wait with { Holds = _holds.DrainToImmutable() });
        _open = null;
    }

    private WaitingConversation Known(long version, DateTimeOffset time, ConversationSummary summary)
    {
        var known = new WaitingConversation
        {
            Conversation = conversation,
            Version = version,
            Priority = summary.Priority,
            DeadlineTime = summary.DeadlineTime,
            WaitBeginTime = summary.WaitBeginTime ?? Timestamp.FromDateTimeOffset(time),
            Channel = summary.Channel,
            Language = summary.Language,
            PreferredAgent = summary.PreferredAgent.Length > 0 ? summary.PreferredAgent : summary.LastAgent,
            Mode = summary.Mode,
        };
        known.RequiredSkills.AddRange(summary.RequiredSkills);
        if (summary.Mode == ConversationMode.Callback) known.NotBeforeTime = summary.Callback?.StartTime;
        return known;
    }
}
