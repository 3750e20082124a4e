using Engine.Grains.Conversations;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Conversations;

/// <summary>What holds for every history, not only for those somebody thought of.</summary>
public sealed class ConversationProperties
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    /// <summary>A command by number, and how many minutes after the one before it comes.</summary>
    private static readonly Gen<(int Command, int Minutes)[]> Histories =
        Gen.Choose(0, 12).Zip(Gen.Choose(0, 5_000)).Select(t => (t.Item1, t.Item2)).ArrayOf();

    [Fact]
    public void Every_history_replays_to_the_state_that_was_lived() => Check(history =>
    {
        var commits = new List<(DateTimeOffset At, ConversationChange Change, ConversationSummary After)>();
        var lived = Run(history, (at, change, before, after) => commits.Add((at, change, after.Summary)));
        var replayed = ConversationState.None;
        foreach (var (at, change, after) in commits)
        {
            // As stored: data comes from the summary of the commit.
            replayed = ConversationCore.Apply(
                replayed, replayed.Version + 1, Timestamp.FromDateTimeOffset(at), change.Author, change.Events, after, change.Details);
        }

        return replayed.Summary.Equals(lived.Summary)
            && replayed.Details.Equals(lived.Details)
            && replayed.Participants.SequenceEqual(lived.Participants);
    });

    [Fact]
    public void Nothing_leaves_closed() => Check(history =>
    {
        var ok = true;
        Run(history, (_, _, before, _) => ok &= before.Status != ConversationStatus.Closed);
        return ok;
    });

    [Fact]
    public void Message_count_is_the_number_of_messages() => Check(history =>
    {
        var messages = 0;
        var state = Run(history, (_, change, _, _) => messages += change.Events.Count(e => e.MessageAdded?.Kind == MessageKind.Message));
        return state.Summary.MessageCount == messages;
    });

    [Fact]
    public void Only_snoozed_and_resolved_have_a_deadline() => Check(history =>
    {
        var ok = true;
        Run(history, (_, _, _, after) =>
            ok &= after.Deadline is null == after.Status is not (ConversationStatus.Snoozed or ConversationStatus.Resolved));
        return ok;
    });

    [Fact]
    public void Time_alone_does_nothing_before_a_deadline_and_records_exactly_it() => Check(history =>
    {
        var ok = true;
        Run(history, (at, change, before, _) =>
        {
            if (change.Author.Type == AuthorType.System)
                ok &= before.Deadline <= at && change.Events[0].StatusChanged.EffectiveTime.ToDateTimeOffset() == before.Deadline;
        });
        return ok;
    });

    [Fact]
    public void Nobody_has_read_what_is_not_written() => Check(history =>
    {
        var ok = true;
        Run(history, (_, _, _, after) => ok &= after.Participants.All(p => p.ReadVersion <= after.Version));
        return ok;
    });

    [Fact]
    public void Each_participant_stands_once() => Check(history =>
    {
        var state = Run(history, (_, _, _, _) => { });
        return state.Participants.Select(p => p.Participant_).Distinct().Count() == state.Participants.Length;
    });

    private static void Check(Func<(int, int)[], bool> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Histories.ToArbitrary(), property));

    private static ConversationState Run(
        (int Command, int Minutes)[] history, Action<DateTimeOffset, ConversationChange, ConversationState, ConversationState> committed)
    {
        var state = ConversationState.None;
        var now = Begin;
        foreach (var (command, minutes) in ((int, int)[])[(0, 0), .. history])
        {
            now = now.AddMinutes(minutes);
            if (Decide(state, command, now).Change is not { } change) continue;
            var after = Conversation.After(state, change, now);
            committed(now, change, state, after);
            state = after;
        }

        return state;
    }

    private static Decision<ConversationChange> Decide(ConversationState state, int command, DateTimeOffset now)
    {
        var text = new Content { Text = "text" };
        return command switch
        {
            0 => ConversationCore.Start(
                state, new() { Request = new() { Customer = "customers/carla", Channel = "web", Content = text, Tags = { "new" } } }, Callers.Integration),
            1 => ConversationCore.Receive(state, new() { Customer = "carla", Request = new() { Channel = "web", Content = text } }),
            2 => ConversationCore.Send(state, new() { Content = text }, Callers.Agent("ana")),
            3 => ConversationCore.Send(state, new() { Content = text, AuthorType = AuthorType.Customer }, Callers.Integration),
            4 => ConversationCore.AddNote(state, new() { Content = text, Mentions = { "agents/bo" } }, Callers.Agent("bo")),
            5 => ConversationCore.Assign(state, new() { Agent = now.Minute % 2 == 0 ? "agents/ana" : "agents/bo" }, Callers.Admin),
            6 => ConversationCore.Transfer(state, new() { Agent = "agents/cy", Note = "please" }, Callers.Admin),
            7 => ConversationCore.Release(state, Callers.Admin),
            8 => ConversationCore.Snooze(state, new() { UntilTime = Timestamp.FromDateTimeOffset(now.AddHours(2)) }, Callers.Admin, now),
            9 => ConversationCore.Resolve(state, Callers.Admin, now.AddDays(2)),
            10 => ConversationCore.Wake(state, now),
            11 => ConversationCore.MarkRead(state, new() { ReadVersion = Math.Max(1, state.Version - 1) }, Callers.Integration),
            12 => ConversationCore.Update(
                state,
                new() { Conversation = new() { Priority = Priority.High, Attributes = { ["k"] = "v" } }, UpdateMask = new() { Paths = { "priority", "attributes.k" } } },
                Callers.Admin),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
    }
}
