using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>A conversation as its events tell it, from the first to the last.</summary>
/// <param name="Name">conversations/{conversation}.</param>
/// <param name="Steps">By version.</param>
/// <param name="Missing">Versions between the first and the last that no event told.</param>
internal sealed record ConversationStory(string Name, IReadOnlyList<ConversationStep> Steps, long Missing)
{
    /// <param name="events">All of this conversation, in any order; each may come several times.</param>
    public static ConversationStory Of(string name, IEnumerable<Event> events)
    {
        var steps = new List<ConversationStep>();
        long missing = 0;
        foreach (var e in events.DistinctBy(e => e.Version).OrderBy(e => e.Version))
        {
            var before = steps.Count > 0 ? steps[^1] : null;
            missing += e.Version - (before?.Version ?? 0) - 1;
            steps.Add(After(before, e));
        }

        return new ConversationStory(name, steps, missing);
    }

    /// <summary>How it stood at an instant; null: not begun.</summary>
    public ConversationStep? StandsAt(DateTimeOffset instant)
    {
        ConversationStep? last = null;
        foreach (var step in Steps)
        {
            if (step.CommitTime > instant) break;
            last = step;
        }

        return last;
    }

    private static ConversationStep After(ConversationStep? before, Event e)
    {
        var commitTime = e.CommitTime.ToDateTimeOffset();
        var step = (before ?? new ConversationStep { Version = 0, CommitTime = commitTime, At = commitTime, Status = ConversationStatus.Pending }) with
        {
            Version = e.Version,
            CommitTime = commitTime,
            At = commitTime,
            Author = e.Author?.Type ?? AuthorType.Unspecified,
            Change = null,
            Decision = null,
            Message = null,
            Notices = [.. e.ConversationEvents.Where(c => c.SlaNotice is not null).Select(c => c.SlaNotice)],
        };
        foreach (var c in e.ConversationEvents)
        {
            step = c.EventCase switch
            {
                ConversationEvent.EventOneofCase.Started => step with { Channel = c.Started.Channel },
                ConversationEvent.EventOneofCase.Message => step with { Message = c.Message },
                ConversationEvent.EventOneofCase.StatusChanged => step with
                {
                    Status = c.StatusChanged.To,
                    At = c.StatusChanged.EffectiveTime?.ToDateTimeOffset() ?? step.At,
                },
                ConversationEvent.EventOneofCase.AssigneeChanged => step with { Assignee = c.AssigneeChanged.To, Change = c.AssigneeChanged },
                ConversationEvent.EventOneofCase.QueueChanged => step with { Queue = c.QueueChanged.To },
                ConversationEvent.EventOneofCase.Routed => step with { Decision = c.Routed },
                ConversationEvent.EventOneofCase.ModeChanged => step with
                {
                    Mode = c.ModeChanged.To,
                    NotBefore = c.ModeChanged.To == ConversationMode.Callback ? c.ModeChanged.Callback?.StartTime?.ToDateTimeOffset() : null,
                },
                _ => step,
            };
        }

        return step;
    }
}
