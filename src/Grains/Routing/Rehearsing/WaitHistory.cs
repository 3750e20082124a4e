using System.Collections.Immutable;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>
/// Finds a conversation's waits in a queue by going through its commits in order: pure, so that a recorded history is a
/// test. Each commit has the structure after it, hence two neighbours tell what changed.
/// </summary>
/// <param name="conversation">The conversation's id.</param>
/// <param name="queue">The queue's id.</param>
public sealed class WaitHistory(string conversation, string queue)
{
    private readonly ImmutableArray<PastWait>.Builder _waits = ImmutableArray.CreateBuilder<PastWait>();
    private PastWait? _wait;
    private string _holder = "";
    private Instant? _openSince;

    /// <summary>Goes on by one commit.</summary>
    /// <param name="summary">The structure after it.</param>
    public void Add(long version, Instant time, ConversationSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (_holder.Length > 0)
        {
            Count(time);
            if (summary.Assignee == _holder && IsHeld(summary.Status)) _openSince = summary.Status == ConversationStatus.Open ? time : null;
            else Close();
        }

        if (_holder.Length > 0) return;
        var waits = summary.Queue == queue && summary.Assignee.Length == 0 && summary.Status == ConversationStatus.Open;
        if (waits)
        {
            _wait ??= new PastWait(Known(version, time, summary), time, null, null, Duration.Zero);
        }
        else if (_wait is not null && summary.Assignee.Length > 0 && IsHeld(summary.Status))
        {
            _wait = _wait with { Assigned = time };
            _holder = summary.Assignee;
            _openSince = summary.Status == ConversationStatus.Open ? time : null;
        }
        else if (_wait is not null)
        {
            _wait = _wait with { Left = time };
            Close();
        }
    }

    /// <summary>All waits, the last one as it stands at an instant.</summary>
    public ImmutableArray<PastWait> Finish(Instant now)
    {
        Count(now);
        Close();
        return _waits.DrainToImmutable();
    }

    private static bool IsHeld(ConversationStatus status) =>
        status is ConversationStatus.Open or ConversationStatus.Pending or ConversationStatus.Snoozed;

    private void Count(Instant time)
    {
        if (_wait is not null && _openSince is { } since && time > since) _wait = _wait with { Handled = _wait.Handled + (time - since) };
        _openSince = null;
    }

    private void Close()
    {
        if (_wait is not null) _waits.Add(_wait);
        (_wait, _holder, _openSince) = (null, "", null);
    }

    private WaitingConversation Known(long version, Instant time, ConversationSummary summary)
    {
        var known = new WaitingConversation
        {
            Conversation = conversation,
            Version = version,
            Priority = summary.Priority,
            DeadlineTime = summary.DeadlineTime,
            WaitBeginTime = time.ToTimestamp(),
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
