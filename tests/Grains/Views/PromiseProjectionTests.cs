using Engine.Grains.Journal;
using Engine.Grains.Views;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using AgentEvent = Engine.Internal.V1.AgentEvent;
using ConversationEvent = Engine.Internal.V1.ConversationEvent;

namespace Engine.Grains.Tests.Views;

/// <summary>What the read models make of commits about promises, queues and agents.</summary>
public sealed class PromiseProjectionTests
{
    private static readonly Timestamp Now = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_breach_counts_in_the_queue_that_it_moves_the_conversation_out_of()
    {
        var commit = Conversation(
            "second",
            Notice(SlaNoticeKind.AtRisk, 1),
            Notice(SlaNoticeKind.Breached, 2),
            new ConversationEvent { QueueChanged = new QueueChanged { From = "queues/first", To = "queues/second" } },
            Notice(SlaNoticeKind.Met, 3));
        var changes = ViewProjection.Project([Row("conversation", "c-1", 7, commit)]);
        Assert.Equal(
            [("c-1", 7L, 0, "first", (int)SlaNoticeKind.AtRisk), ("c-1", 7L, 1, "first", (int)SlaNoticeKind.Breached), ("c-1", 7L, 3, "second", (int)SlaNoticeKind.Met)],
            changes.OfType<ViewChange.AddSlaOutcome>().Select(c => (c.Row.Conversation, c.Row.Version, c.Row.Place, c.Row.Queue, c.Row.Kind)));
        var breach = changes.OfType<ViewChange.AddSlaOutcome>().ElementAt(1).Row;
        Assert.Equal(
            ("shop", "slaPolicies/gold", (int)SlaMetric.NextResponse, 2L, Now.ToDateTimeOffset().AddSeconds(2)),
            (breach.Workspace, breach.Policy, breach.Metric, breach.DeadlineId, breach.Time));
        Assert.Equal("second", Assert.Single(changes.OfType<ViewChange.PutConversation>()).Row.Queue);
    }

    [Fact]
    public void The_end_of_a_promise_is_counted_and_its_beginning_is_not()
    {
        var ended = new PromiseEnded { EffectiveTime = Now, Answered = true, BeforeLatest = true, Revised = true, Basis = ExpectationBasis.Live };
        var commit = Conversation(
            "",
            new ConversationEvent { Expectation = new ExpectationEvent { Promised = new PromiseRecord() } },
            new ConversationEvent { Expectation = new ExpectationEvent { Ended = ended } });
        var row = Assert.Single(ViewProjection.Project([Row("conversation", "c-1", 2, commit)]).OfType<ViewChange.AddPromiseOutcome>()).Row;
        Assert.Equal(
            new PromiseOutcomeRow("shop", "c-1", 2, 1, Now.ToDateTimeOffset(), "", (int)ExpectationBasis.Live, true, false, true, true, false), row);
    }

    [Fact]
    public void An_agents_routing_is_taken_with_its_profile_and_changes_of_load_are_not()
    {
        var routing = new AgentRouting { Agent = "ana", Version = 1, Queues = { "returns" } };
        var changes = ViewProjection.Project(
        [
            Row("agent", "ana", 1, Agent("profile", routing)),
            Row("agent", "ana", 2, Agent("", new AgentRouting { Agent = "ana", Version = 2, HeldUnits = 10 })),
            Row("agent", "ana", 3, Agent("presence", null)),
        ]);
        var put = (ViewChange.PutAgent)Assert.Single(changes);
        Assert.Equal((3L, "presence"), (put.Row.Version, ByteString.CopyFrom(put.Row.Payload.Span).ToStringUtf8()));
        Assert.Equal(routing, AgentRouting.Parser.ParseFrom(put.Routing!.Value.Span));
        Assert.Null(((ViewChange.PutAgent)Assert.Single(ViewProjection.Project([Row("agent", "ana", 4, Agent("more", null))]))).Routing);
    }

    [Fact]
    public void Commits_of_catalogs_and_queues_change_no_list()
    {
        Assert.Empty(ViewProjection.Project(
        [
            Row("catalog", "catalog", 1, new Commit { Catalog = new CatalogCommit { Queue = new Queue { Name = "queues/returns" } } }),
            Row("queue", "returns", 1, new Commit { Queue = new QueueCommit { Counts = new QueueCounts { Assigned = 1 } } }),
        ]));
    }

    private static ConversationEvent Notice(SlaNoticeKind kind, long deadline) => new()
    {
        Sla = new SlaEvent
        {
            Notice = new SlaNotice
            {
                Kind = kind,
                Metric = SlaMetric.NextResponse,
                DeadlineId = deadline,
                EffectiveTime = Timestamp.FromDateTimeOffset(Now.ToDateTimeOffset().AddSeconds(deadline)),
                Rules = new SlaRules { Policy = "slaPolicies/gold", PolicyVersion = 4 },
            },
        },
    };

    private static Commit Conversation(string queue, params ConversationEvent[] events)
    {
        var summary = new ConversationSummary { Customer = "ana", Channel = "web", Status = ConversationStatus.Open, Queue = queue, CreateTime = Now, UpdateTime = Now };
        var commit = new Commit { CommitTime = Now, Conversation = new ConversationCommit { Summary = summary } };
        commit.Conversation.Events.AddRange(events);
        return commit;
    }

    private static Commit Agent(string record, AgentRouting? routing) => new()
    {
        CommitTime = Now,
        Agent = new AgentCommit
        {
            Record = ByteString.CopyFromUtf8(record), Routing = routing, Events = { new AgentEvent { PresenceChanged = new PresenceChanged() } },
        },
    };

    private static JournalRow Row(string kind, string id, long version, Commit commit) =>
        new(new StreamName("shop", kind, id), version, new LanePosition(0, 0, version), "silo-a", 1, commit.ToByteArray());
}
