using Engine.Grains.Conversations;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;
using NodaTime;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Sla.Explaining;

/// <summary>
/// Reads histories page by page. A dry run reads twenty thousand of them; so a moment that says nothing new - a note, a read
/// mark - is dropped, and what is kept of a conversation is a few dozen small records.
/// </summary>
internal sealed class ConversationHistories(IJournal journal) : IConversationHistories
{
    private const int PageMax = 512;

    public async Task<ConversationHistory?> ReadAsync(string workspace, string conversation, Instant until, CancellationToken cancellationToken)
    {
        var stream = new StreamName(workspace, ConversationGrain.StreamKind, conversation);
        var moments = new List<SlaMoment>();
        var events = new List<SlaEvent>();
        SlaSubject? subject = null;
        var found = false;
        var version = 0L;
        for (var more = true; more;)
        {
            var rows = await journal.ReadStreamAsync(stream, version, PageMax, cancellationToken);
            more = rows.Count == PageMax;
            foreach (var row in rows)
            {
                version = row.Version;
                var commit = Commit.Parser.ParseFrom(row.Payload.Span);
                if (commit.CommitTime.ToInstant() > until)
                {
                    more = false;
                    break;
                }

                found = true;
                var body = commit.Conversation;
                foreach (var e in body.Events)
                {
                    if (e.EventCase == ConversationEvent.EventOneofCase.Sla) events.Add(e.Sla);
                }

                var moment = SlaMoment.Of(commit.CommitTime.ToInstant(), commit.Author, body.Events, body.Summary);
                if (moment.Message == SlaMessage.None && moment.Status is null && moment.Subject == subject) continue;
                subject = moment.Subject;
                moments.Add(moment);
            }
        }

        return found ? new ConversationHistory(new SlaHistory(ConversationId.Of(conversation).Name, moments, until), events) : null;
    }
}
