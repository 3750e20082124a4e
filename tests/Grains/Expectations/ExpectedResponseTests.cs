using Engine.Grains.Catalogs;
using Engine.Grains.Tests.Support;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Expectations;

/// <summary>What customers are told when they write, as conversations' actors tell it.</summary>
public sealed class ExpectedResponseTests
{
    // A Monday.
    private static readonly DateTimeOffset Morning = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Night = new(2026, 6, 1, 22, 0, 0, TimeSpan.Zero);

    private static readonly QueueLoad Quiet = Load(waiting: 2, agents: 4);
    private static readonly QueueLoad Crowded = Load(waiting: 400, agents: 1);

    [Theory]
    [InlineData("en", "en", "We will probably answer today at ")]
    [InlineData("pt-BR", "pt", "Responderemos provavelmente hoje às ")]
    [InlineData("it", "it", "oggi alle ")]
    [InlineData("nl", "nl", "vandaag om ")]
    [InlineData("id", "id", "hari ini pukul ")]
    public async Task Who_writes_in_opening_hours_is_told_in_their_language_when_an_answer_comes(string language, string told, string phrase)
    {
        await using var shop = await RuledShop.OpenAsync(Rules(), Morning);
        shop.Loads.Load = Quiet;

        var reply = await shop.TryStartAsync(r => r.Language = language);

        var expected = reply.Result.ExpectedResponse;
        Assert.Equal((ExpectationBasis.Live, told, false), (expected.Basis, expected.Language, expected.Revised));
        Assert.Contains(phrase, expected.Sentence, StringComparison.Ordinal);
        Assert.InRange(expected.LikelyTime.ToDateTimeOffset(), Morning, Morning.AddMinutes(30));
        Assert.True(expected.LatestTime.ToDateTimeOffset() > expected.LikelyTime.ToDateTimeOffset(), "The latest is later than the likely instant.");
        Assert.Equal(expected, reply.Result.Conversation.ExpectedResponse);
        Assert.Equal(expected, (await shop.GetAsync(reply.Result.Conversation.Name)).ExpectedResponse);
    }

    [Theory]
    [InlineData("en", "tomorrow at 08:00")]
    [InlineData("pt", "amanhã às 08:00")]
    [InlineData("it", "domani alle 08:00")]
    [InlineData("nl", "morgen om 08:00")]
    [InlineData("id", "besok pukul 08.00")]
    public async Task Who_writes_at_night_is_told_when_the_shop_is_back(string language, string phrase)
    {
        await using var shop = await RuledShop.OpenAsync(Rules(), Night);

        var expected = (await shop.TryStartAsync(r => r.Language = language)).Result.ExpectedResponse;

        Assert.Equal(ExpectationBasis.Closed, expected.Basis);
        Assert.Equal(new DateTimeOffset(2026, 6, 2, 8, 0, 0, TimeSpan.Zero), expected.OpeningTime.ToDateTimeOffset());
        Assert.Contains(phrase, expected.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_known_is_told_as_such_and_nobody_who_is_not_waiting_is_told_anything()
    {
        await using var shop = await RuledShop.OpenAsync(WorkspaceCatalog.None);

        var asked = (await shop.TryStartAsync(r => r.Language = "nl")).Result;
        var told = (await shop.TryStartAsync(r => r.Content = null)).Result;
        await shop.SayAsync(asked.Conversation.Name, Callers.Agent("ana"));

        Assert.Equal((ExpectationBasis.Unknown, "nl", null), (asked.ExpectedResponse.Basis, asked.ExpectedResponse.Language, asked.ExpectedResponse.LatestTime));
        Assert.Null(told.ExpectedResponse);
        Assert.Null((await shop.GetAsync(asked.Conversation.Name)).ExpectedResponse);
    }

    [Fact]
    public async Task A_repeated_delivery_is_answered_as_the_first_though_all_is_otherwise_by_now()
    {
        await using var shop = await RuledShop.OpenAsync(Rules(), Morning);
        shop.Loads.Load = Quiet;
        var first = await Inbound.ReceiveAsync(shop.Silo, Inbound.Message("m1"));
        var second = await Inbound.ReceiveAsync(shop.Silo, Inbound.Message("m2"));
        shop.Loads.Load = Crowded;
        shop.Rules = Rules(new ExpectationSentences { Language = "en", Open = "At {latest}." });
        await shop.RestartAsync();

        Assert.Equal(ExpectationBasis.Live, first.Result.ExpectedResponse.Basis);
        // The second message of who waits already begins nothing anew.
        Assert.Equal(first.Result.ExpectedResponse.LatestTime, second.Result.ExpectedResponse.LatestTime);
        Assert.Equal(first.Result, (await Inbound.ReceiveAsync(shop.Silo, Inbound.Message("m1"))).Result);
        Assert.Equal(second.Result, (await Inbound.ReceiveAsync(shop.Silo, Inbound.Message("m2"))).Result);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_promise_that_cannot_be_kept_is_revised_once_and_told_if_the_workspace_wishes(bool tells)
    {
        await using var shop = await RuledShop.OpenAsync(Rules(tells: tells), Morning);
        shop.Loads.Load = Quiet;
        var started = (await shop.TryStartAsync()).Result;
        var name = started.Conversation.Name;
        shop.Loads.Load = Crowded;

        var latest = started.ExpectedResponse.LatestTime.ToDateTimeOffset();
        shop.Time.Advance((latest - shop.Now) / 2 + TimeSpan.FromSeconds(1));
        await shop.WakeAsync(name);
        shop.Time.Advance((latest - shop.Now) / 2);
        await shop.RestartAsync();
        await shop.WakeAsync(name);
        await shop.Conversation(name).RecomputePromisesAsync(0);

        var revised = Assert.Single(await shop.EventsAsync(name), e => e.Expectation?.Revised is not null).Expectation;
        Assert.True(revised.Revised.ReviseTime.ToDateTimeOffset() < latest, "Told after the customer has noticed.");
        var watched = (await shop.Conversation(name).ReadCommitsAsync(new() { Limit = 100 })).Result.Commits_
            .SelectMany(c => c.Events).Where(e => e.ExpectationChanged is not null).Select(e => e.ExpectationChanged).ToList();
        Assert.Equal([false, tells], watched.Select(e => e.TellCustomer));
        Assert.True(watched[1].ExpectedResponse.LatestTime.ToDateTimeOffset() > latest, "The revision is later.");
        Assert.Contains("longer than we said", watched[1].ExpectedResponse.Sentence, StringComparison.Ordinal);
        var shown = (await shop.GetAsync(name)).ExpectedResponse;
        Assert.Equal((true, watched[1].ExpectedResponse.LatestTime), (shown.Revised, shown.LatestTime));
    }

    [Fact]
    public async Task How_a_promise_was_kept_is_recorded_when_it_is_over()
    {
        await using var shop = await RuledShop.OpenAsync(Rules(), Morning);
        shop.Loads.Load = Quiet;
        var kept = await shop.StartAsync();
        var broken = await shop.StartAsync();
        var dropped = await shop.StartAsync();
        await shop.SayAsync(kept.Name, Callers.Agent("ana"));
        await shop.Conversation(dropped.Name).ResolveAsync(new() { RequestId = shop.Request(), Name = dropped.Name }, 1_000_000, Callers.Admin);
        shop.Time.Advance(TimeSpan.FromHours(2));
        await shop.SayAsync(broken.Name, Callers.Agent("ana"));

        Assert.Equal((true, true, true), await EndAsync(shop, kept.Name));
        Assert.Equal((true, false, false), await EndAsync(shop, broken.Name));
        Assert.Equal((false, false, false), await EndAsync(shop, dropped.Name));
        Assert.Equal(broken.LastMessageTime, (await shop.CommitsAsync(broken.Name))[^1].Conversation.AnsweredSinceTime);
    }

    private static async Task<(bool Answered, bool BeforeLikely, bool BeforeLatest)> EndAsync(RuledShop shop, string name)
    {
        var ended = Assert.Single(await shop.EventsAsync(name), e => e.Expectation?.Ended is not null).Expectation.Ended;
        return (ended.Answered, ended.BeforeLikely, ended.BeforeLatest);
    }

    private static WorkspaceCatalog Rules(ExpectationSentences? sentences = null, bool tells = false)
    {
        var hours = new Calendar { Name = "calendars/team", TimeZone = "Etc/UTC", Version = 1 };
        hours.WeeklyHours.Add(new WeeklyHours { StartTime = "08:00", EndTime = "20:00", Days = { Weekday.Monday, Weekday.Tuesday, Weekday.Wednesday } });
        var settings = new ExpectationSettings { TellRevisions = tells };
        if (sentences is not null) settings.Sentences.Add(sentences);
        return ShopCatalog.With(
            [new Queue { Name = "queues/main", Match = new QueueMatch(), Calendar = "calendars/team" }], calendars: [hours], expectations: settings);
    }

    private static QueueLoad Load(int waiting, double agents) => new()
    {
        WaitingByPriority = { 0, 0, waiting, 0, 0 },
        Agents = agents,
        TimePerAnswer = Duration.FromTimeSpan(TimeSpan.FromMinutes(4)),
    };
}
