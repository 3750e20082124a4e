using Engine.LoadTests.Calls;
using Engine.LoadTests.Replay;
using Engine.V1;

namespace Engine.LoadTests.Tests.Replay;

/// <summary>A whole replay against an engine that keeps its promises, and against some that do not.</summary>
public sealed class ReplayRunTests
{
    private const int Dialogues = 31;
    private const int Turns = 187;

    [Fact]
    public async Task Honest_engine_passes()
    {
        var engine = new FakeEngine();
        var report = await RunAsync(engine);
        Assert.True(report.Passed);
        Assert.Equal((Dialogues, Turns, Turns), (report.Conversations, report.MessagesSent, report.MessagesReadBack));
        Assert.Equal(0, report.Retries);
        // Three agents' keys and the integration's.
        Assert.Equal(4, engine.RevokedKeys.Count);
        Assert.True(engine.Calls["ListMessages"] > Dialogues, "nothing was paged");
        Assert.Equal(Dialogues, Assert.Single(report.ReadBack).ConversationsWatched);
    }

    [Fact]
    public async Task Lost_answers_are_asked_for_again_and_nothing_is_doubled()
    {
        var report = await RunAsync(new FakeEngine { LosesFirstAnswers = true });
        Assert.True(report.Passed);
        Assert.Equal(Turns, report.MessagesReadBack);
        Assert.True(report.Retries >= Turns);
    }

    [Fact]
    public async Task Engine_that_forgets_request_ids_is_caught()
    {
        var report = await RunAsync(new FakeEngine { LosesFirstAnswers = true, ForgetsRequestIds = true });
        Assert.False(report.Passed);
        // Once by listing, and once by watching.
        Assert.Equal(2 * Turns, report.Duplicated);
    }

    [Fact]
    public async Task Lost_message_is_caught()
    {
        var report = await RunAsync(new FakeEngine { Listing = First((_, all) => all.RemoveAt(1)) });
        Assert.Equal((0, 1, 0), (report.Mismatches, report.Lost, report.Duplicated));
        Assert.Equal(Turns - 1, report.MessagesReadBack);
    }

    [Fact]
    public async Task Doubled_message_is_caught()
    {
        var report = await RunAsync(new FakeEngine
        {
            Listing = First((conversation, all) =>
            {
                var copy = all[^1].Clone();
                copy.Version++;
                copy.Name = $"{conversation.Name}/messages/{copy.Version}";
                all.Add(copy);
            }),
        });
        Assert.Equal((0, 0, 1), (report.Mismatches, report.Lost, report.Duplicated));
    }

    [Fact]
    public async Task Altered_message_is_caught()
    {
        var report = await RunAsync(new FakeEngine { Listing = First((_, all) => all[0].Content.Text += " ") });
        Assert.Equal((1, 0, 0), (report.Mismatches, report.Lost, report.Duplicated));
    }

    [Fact]
    public async Task Second_conversation_of_a_customer_is_caught()
    {
        var report = await RunAsync(new FakeEngine { StartsTooMany = true });
        Assert.False(report.Passed);
        Assert.True(report.Mismatches > 0);
    }

    [Fact]
    public async Task Refused_calls_are_failures_and_told()
    {
        var report = await RunAsync(new FakeEngine { Refused = ["ResolveConversation"] });
        Assert.False(report.Passed);
        Assert.InRange(report.Failed, 1, Dialogues);
        Assert.Contains(report.Errors, e => e.Contains("PermissionDenied", StringComparison.Ordinal));
        Assert.Equal((0, 0, 0), (report.Mismatches, report.Lost, report.Duplicated));
    }

    /// <summary>Does it to one conversation only, whenever that is listed.</summary>
    private static Action<FakeConversation, List<Message>> First(Action<FakeConversation, List<Message>> change)
    {
        string? chosen = null;
        return (conversation, all) =>
        {
            if (Interlocked.CompareExchange(ref chosen, conversation.Name, null) is null || chosen == conversation.Name)
                change(conversation, all);
        };
    }

    private static async Task<ReplayReport> RunAsync(FakeEngine engine)
    {
        var options = new ReplayOptions
        {
            Input = RepositoryFiles.Data,
            Target = new Uri("http://127.0.0.1:1"),
            Key = "bot admin",
            Concurrency = 8,
            Agents = 3,
        };
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        return await new ReplayRun(options, _ => new EngineApi(engine), TextWriter.Null, TextWriter.Null, TimeProvider.System)
            .RunAsync(deadline.Token);
    }
}
