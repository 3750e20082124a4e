using System.Text.Json;

namespace Engine.Interop.Tests;

/// <summary>
/// A day's work as agents do it, by @grpc/grpc-js against the real engine: sign on, accept, answer, note, transfer, snooze,
/// call back, resolve, decline, sign off. js/day.js does it and tells what it saw; here stands what it must have seen.
/// </summary>
public sealed class WorkingDayTests(WorkingDayTests.Fixture fixture) : IClassFixture<WorkingDayTests.Fixture>
{
    [Fact]
    public void The_administrator_opens_the_shop()
    {
        var seen = Seen("the administrator opens the shop");
        Assert.Equal("queues/support", Text(seen, "queue"));
        Assert.Equal("slaPolicies/standard", Text(seen, "policy"));
    }

    [Fact]
    public void A_customer_is_told_when_to_expect_an_answer_and_waits()
    {
        var seen = Seen("a customer writes before anybody is there");
        Assert.NotEmpty(Text(seen, "sentence")!);
        Assert.NotEqual("EXPECTATION_BASIS_UNSPECIFIED", Text(seen, "basis"));
        Assert.Equal(1, seen.GetProperty("place").GetInt32());
        Assert.Equal(0, seen.GetProperty("records").GetInt32());
    }

    [Fact]
    public void An_agent_signs_on_and_accepts_what_is_offered()
    {
        var seen = Seen("ana signs on and accepts what is offered");
        Assert.Equal("queues/support", Text(seen, "offer_queue"));
        Assert.Equal(10, seen.GetProperty("offer_units").GetInt32());
        Assert.True(seen.GetProperty("offer_has_end").GetBoolean());
        Assert.True(seen.GetProperty("offer_deadline").GetBoolean());
        Assert.Equal("agents/ana", Text(seen, "assignee"));
        Assert.Equal("SLA_METRIC_FIRST_RESPONSE", Text(seen, "metric"));
        Assert.True(seen.GetProperty("has_deadline").GetBoolean());
        Assert.Equal(10, seen.GetProperty("entry_units").GetInt32());
        Assert.Equal((10, 100), (seen.GetProperty("load").GetInt32(), seen.GetProperty("capacity").GetInt32()));
        Assert.Contains(Text(seen, "again"), new[] { "OFFER_WITHDRAWN", "OFFER_NOT_FOUND" });
    }

    [Fact]
    public void The_customer_sees_the_agent_typing_and_the_first_answer_is_in_time()
    {
        var seen = Seen("the customer sees ana typing, then her answer");
        Assert.Equal("agents/ana", Text(seen, "typing"));
        Assert.Equal("ACTIVITY_KIND_TYPING", Text(seen, "kind"));
        Assert.Equal(2, seen.GetProperty("units").GetInt32());
        Assert.Equal(["SLA_NOTICE_KIND_MET"], Texts(seen, "first_response"));
        Assert.Equal("slaPolicies/standard", Text(seen, "rules"));
        Assert.Equal(["Where is my parcel?", "It left this morning."], Texts(seen, "shown"));
    }

    [Fact]
    public void A_conversation_is_transferred_with_a_note_and_set_aside()
    {
        var seen = Seen("ana transfers to bea, who snoozes it for a moment");
        Assert.Equal("agents/bea", Text(seen, "assignee"));
        Assert.Equal(0, seen.GetProperty("snoozed_units").GetInt32());
        Assert.Equal(10, seen.GetProperty("woken_units").GetInt32());
    }

    [Fact]
    public void A_customer_is_called_back_and_only_the_assignee_reads_the_number()
    {
        var seen = Seen("the customer wants to be called, and bea calls");
        Assert.Equal("CONVERSATION_MODE_CALLBACK", Text(seen, "mode"));
        Assert.Equal("+351210000000", Text(seen, "number"));
        Assert.Equal("NOT_ASSIGNEE", Text(seen, "foreign"));
        Assert.Equal(100, seen.GetProperty("units").GetInt32());
        Assert.Equal("CONVERSATION_MODE_ASYNCHRONOUS", Text(seen, "after"));
        Assert.Equal("CONVERSATION_STATUS_RESOLVED", Text(seen, "status"));
        Assert.Equal("none", Text(seen, "load"));
    }

    [Fact]
    public void A_declined_offer_goes_to_the_colleague()
    {
        var seen = Seen("an offer is declined and goes to the colleague");
        Assert.True(seen.GetProperty("to_the_colleague").GetBoolean());
        Assert.False(seen.GetProperty("to_the_decliner").GetBoolean());
    }

    [Fact]
    public void Open_work_of_who_signs_off_finds_somebody_else_and_every_step_says_why()
    {
        var seen = Seen("the colleague signs off and the open work finds somebody else");
        Assert.True(seen.GetProperty("assigned_to_the_other").GetBoolean());
        Assert.Equal(
            ["ASSIGNEE_CHANGE_REASON_ACCEPTED", "ASSIGNEE_CHANGE_REASON_AGENT_ABSENT", "ASSIGNEE_CHANGE_REASON_ACCEPTED"], Texts(seen, "reasons"));
        var decided = Texts(seen, "decided");
        Assert.NotNull(decided[0]);
        Assert.Null(decided[1]);
        Assert.NotNull(decided[2]);
        Assert.True(seen.GetProperty("chosen").GetBoolean());
        Assert.True(seen.GetProperty("absent").GetBoolean());
    }

    [Fact]
    public void Nothing_is_left_at_the_end_of_the_day()
    {
        var seen = Seen("the day ends");
        Assert.Equal(0, seen.GetProperty("waiting").GetInt32());
        Assert.Equal(0, seen.GetProperty("offers").GetInt32());
        Assert.Equal(0, seen.GetProperty("reconciled").GetInt32());
        Assert.Equal(0, seen.GetProperty("load").GetInt32());
        Assert.True(seen.GetProperty("assigned").GetInt32() >= 4);
    }

    private static string? Text(JsonElement seen, string name) => seen.GetProperty(name).GetString();

    private static List<string?> Texts(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(item => item.GetString())];

    private JsonElement Seen(string part)
    {
        Assert.True(fixture.Seen.TryGetProperty(part, out var seen), $"The day ended before: {fixture.Seen}");
        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        return seen;
    }

    public sealed class Fixture : ClientFixture
    {
        protected override async Task<(string Program, Func<string, string[]> Arguments)> PrepareAsync()
        {
            await Toolchains.RequireNodeAsync();
            return ("node", target => [Repository.File("tests", "Interop", "js", "day.js"), target, Repository.File("protos")]);
        }
    }
}
