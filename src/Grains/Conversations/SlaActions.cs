using Engine.Grains.Catalogs;
using Engine.Grains.Ids;
using Engine.Internal.V1;
using Engine.V1;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Conversations;

/// <summary>What a policy does about what became of a promise.</summary>
/// <param name="Data">All of the data after it, when it changes.</param>
internal sealed record SlaActions(IReadOnlyList<ConversationEvent> Events, ConversationSummary? Data)
{
    /// <summary>Null: nothing is to be done.</summary>
    /// <param name="summary">The conversation as it stands.</param>
    public static SlaActions? Of(ConversationSummary summary, IReadOnlyList<SlaEvent> told, WorkspaceCatalog catalog)
    {
        var events = new List<ConversationEvent>();
        var (priority, queue) = (summary.Priority, summary.Queue);
        foreach (var e in told)
        {
            if (e.Notice is not { } notice || catalog.Sla.Policy(notice.Rules) is not { } policy) continue;
            var labels = new SlaNotified { DeadlineId = notice.DeadlineId, Kind = notice.Kind };
            foreach (var action in policy.ActionsOn(notice))
            {
                switch (action.ActionCase)
                {
                    case SlaAction.ActionOneofCase.RaisePriority when action.RaisePriority > priority:
                        priority = action.RaisePriority;
                        break;
                    case SlaAction.ActionOneofCase.MoveToQueue when QueueChoice.Takes(catalog, QueueChoice.IdOf(action.MoveToQueue)):
                        queue = QueueChoice.IdOf(action.MoveToQueue);
                        break;
                    case SlaAction.ActionOneofCase.Notify:
                        labels.Labels.Add(action.Notify);
                        break;
                }
            }

            if (labels.Labels.Count > 0) events.Add(new ConversationEvent { SlaNotified = labels });
        }

        ConversationSummary? data = null;
        if (priority != summary.Priority)
        {
            data = summary.Clone();
            data.Priority = priority;
            events.Add(new ConversationEvent { DataChanged = new DataChanged { Paths = { "priority" } } });
        }

        if (queue != summary.Queue)
        {
            events.Add(new ConversationEvent
            {
                QueueChanged = new QueueChanged
                {
                    From = QueueChoice.NameOf(summary.Queue), To = QueueChoice.NameOf(queue), Reason = QueueChangeReason.SlaAction,
                },
            });
            // It is for the other team now.
            if (summary.Assignee.Length > 0)
            {
                events.Add(new ConversationEvent
                {
                    AssigneeChanged = new AssigneeChanged { From = AgentId.Of(summary.Assignee).Name, Reason = AssigneeChangeReason.Moved },
                });
            }
        }

        return events.Count > 0 ? new SlaActions(events, data) : null;
    }
}
