using Engine.Grains.Catalogs;
using Engine.Grains.Conversations;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Conversations;

/// <summary>What promises and queues add to a message. Allocation is counted, not time: it is the same on a busy machine.</summary>
public sealed class TurnCostTests(ITestOutputHelper output)
{
    private const int Rounds = 2_000;

    /// <summary>A shop that sets nothing pays for a few empty looks; the budget is a fraction of what sealing and journal cost.</summary>
    [Fact]
    public void A_message_without_rules_costs_little_more_than_its_shape()
    {
        var (shape, _, _) = Measure(WorkspaceCatalog.None, complete: false);
        var (turn, events, bytes) = Measure(WorkspaceCatalog.None, complete: true);
        output.WriteLine($"allocated by a message: {shape} bytes for its shape, {turn} with all that follows; its summary has {bytes} bytes.");

        Assert.Equal(1, events);
        Assert.InRange(turn - shape, 0, 2_048);
        Assert.InRange(bytes, 1, 200);
    }

    [Fact]
    public void A_second_message_under_a_policy_records_nothing_of_it()
    {
        var policy = new SlaPolicy { Name = "slaPolicies/standard", Version = 1 };
        policy.Targets.Add(new SlaTarget { Metric = SlaMetric.FirstResponse, Target = Duration.FromTimeSpan(TimeSpan.FromDays(300)) });
        var (turn, events, bytes) = Measure(ShopCatalog.With(policies: [policy]), complete: true);
        output.WriteLine($"allocated by a message under a policy: {turn} bytes; its summary has {bytes} bytes.");
        Assert.Equal(1, events);
    }

    /// <summary>Bytes allocated by a message of a customer who waits already, its events, and the bytes of its summary.</summary>
    private static (long Bytes, int Events, int Summary) Measure(WorkspaceCatalog catalog, bool complete)
    {
        var now = new DateTimeOffset(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
        var context = new ConversationContext(catalog, _ => null);
        var content = new Content { Text = "hello" };
        var started = ConversationCore.Start(
            ConversationState.None, new() { Request = new() { Customer = "customers/carla", Channel = "web", Content = content } }, Callers.Integration, catalog);
        var state = ConversationTurn.Complete(ConversationState.None, started.Change!, now, context).After!;
        var request = new Internal.V1.ReceiveMessageCommand { Customer = "carla", Request = new() { Channel = "web", Content = content } };
        var (events, before) = (0, 0L);
        for (var i = -100; i < Rounds; i++)
        {
            if (i == 0) before = GC.GetAllocatedBytesForCurrentThread();
            now = now.AddSeconds(1);
            var change = ConversationCore.Receive(state, request, catalog).Change!;
            if (complete)
            {
                change = ConversationTurn.Complete(state, change, now, context);
                state = change.After!;
            }
            else
            {
                state = ConversationCore.Shape(
                    state, state.Version + 1, Timestamp.FromDateTimeOffset(now), change.Author, change.Events, change.Data, change.Details);
            }

            events = change.Events.Count;
        }

        return ((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, events, state.Summary.CalculateSize());
    }
}
