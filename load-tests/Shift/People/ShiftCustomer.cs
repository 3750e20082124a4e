using System.Globalization;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Replay;
using Engine.LoadTests.Shift.Observing;
using Engine.LoadTests.Shift.Shop;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.LoadTests.Shift.People;

/// <summary>Somebody who writes, waits, writes again, and comes back. A program acknowledges what they write.</summary>
internal sealed class ShiftCustomer
{
    private const double LiveShare = 0.03;
    private const double CallbackShare = 0.02;
    private const double PaymentsShare = 0.12;
    private const double ReturnsShare = 0.15;
    private const double WritesAgain = 0.5;
    private const double ComesBack = 0.1;
    private const double GetsImpatient = 0.3;
    private static readonly string[] Channels = ["email", "email", "email", "whatsapp", "whatsapp", "web", "web", "sms", "instagram"];
    private static readonly (string Language, double Share)[] Languages = [("en", 0.46), ("pt-BR", 0.15), ("it", 0.14), ("nl", 0.14), ("id", 0.11)];

    private readonly ShiftSetting _shift;
    private readonly Random _random;
    private readonly string _address;
    private readonly string _channel;
    private readonly string _language;
    private readonly Kind _kind;
    private readonly List<SkillRequirement> _skills = [];
    private int _messages;
    private string? _conversation;

    /// <param name="seed">Draws what the customer is like, whatever others do.</param>
    public ShiftCustomer(ShiftSetting shift, int number, int seed)
    {
        _shift = shift;
        _random = new Random(seed);
        var drawn = _random.NextDouble();
        _kind = drawn < LiveShare ? Kind.Live
            : drawn < LiveShare + CallbackShare ? Kind.Callback
            : drawn < LiveShare + CallbackShare + PaymentsShare ? Kind.Payment
            : Kind.Usual;
        // Teams for pressing matters write English only.
        _language = _kind == Kind.Usual ? DrawLanguage() : "en";
        _channel = _kind == Kind.Live ? "web" : Channels[_random.Next(Channels.Length)];
        _address = CustomerAddress.Create(_channel, shift.Run, number);
        if (_kind == Kind.Usual && _random.Happens(ReturnsShare)) _skills.Add(new SkillRequirement { Skill = ShopPlan.ReturnsSkill, LevelMin = 1 });
    }

    private enum Kind
    {
        Usual,
        Payment,
        Live,
        Callback,
    }

    /// <summary>From the first message to the last answer.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await WriteAsync(cancellationToken) is not { } version) return;
        if (_kind == Kind.Live) await StartLiveAsync(cancellationToken);
        if (_kind == Kind.Callback) await AskForCallAsync(cancellationToken);
        await AcknowledgeAsync(cancellationToken);
        var returned = false;
        while (true)
        {
            await WaitForAnswerAsync(version, cancellationToken);
            var live = _kind == Kind.Live;
            if (_random.Happens(live ? 0.7 : WritesAgain))
            {
                await _shift.Clock.DelayAsync(live ? _random.Between(0.3, 1.5) : _random.Between(1, 15), cancellationToken);
            }
            else if (!returned && _random.Happens(ComesBack))
            {
                returned = true;
                await _shift.Clock.DelayAsync(_random.Between(20, 60), cancellationToken);
            }
            else
            {
                return;
            }

            if (_shift.IsOver || await WriteAsync(cancellationToken) is not { } next) return;
            version = next;
        }
    }

    private string DrawLanguage()
    {
        var left = _random.NextDouble();
        foreach (var (language, share) in Languages)
        {
            if ((left -= share) < 0) return language;
        }

        return Languages[0].Language;
    }

    private async Task WaitForAnswerAsync(long version, CancellationToken cancellationToken)
    {
        var answered = _shift.Floor.AnsweredAsync(_conversation!, version, cancellationToken);
        if (_random.Happens(GetsImpatient))
        {
            var impatient = _shift.Clock.DelayAsync(_random.Between(10, 40), cancellationToken);
            if (await Task.WhenAny(answered, impatient) == impatient && !_shift.IsOver) await WriteAsync(cancellationToken);
        }

        await answered;
    }

    /// <returns>The message's version; null when it was not taken.</returns>
    private async Task<long?> WriteAsync(CancellationToken cancellationToken)
    {
        var number = _shift.Log.NextNumber();
        var request = new ReceiveMessageRequest
        {
            RequestId = _shift.Calls.NextId(),
            Channel = _channel,
            Address = _address,
            ExternalId = string.Create(CultureInfo.InvariantCulture, $"{_address}-{++_messages}"),
            Content = new Content { Text = MessageText.Of(number) },
            Language = _language,
            Queue = _kind switch { Kind.Payment => ShopPlan.Payments, Kind.Live => ShopPlan.Chat, _ => "" },
        };
        request.RequiredSkills.AddRange(_skills);
        var (response, inDoubt, _) = await _shift.Calls.TryAsync(
            static (api, r, o) => api.Inbound.ReceiveMessageAsync(r, o), request, _shift.Integration, cancellationToken);
        _shift.Log.Close(number, response?.Conversation ?? "", response is not null, inDoubt);
        if (response is null) return null;
        _conversation = response.Conversation;
        _shift.Log.Wish(response.Conversation, new Wishes(_language, _skills));
        if (response.ExpectedResponse is { } expected)
        {
            _shift.Log.Tell(new ToldExpectation(
                response.Conversation, response.Message.Version, expected.LikelyTime?.ToDateTimeOffset(), expected.LatestTime?.ToDateTimeOffset()));
        }

        return response.Message.Version;
    }

    private async Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        var number = _shift.Log.NextNumber();
        var (response, inDoubt, _) = await _shift.Calls.TryAsync(
            static (api, r, o) => api.Conversations.SendMessageAsync(r, o),
            new SendMessageRequest
            {
                RequestId = _shift.Calls.NextId(),
                Conversation = _conversation,
                Content = new Content { Text = MessageText.Of(number) },
                AuthorType = AuthorType.Bot,
                KeepsStatus = true,
            },
            _shift.Integration, cancellationToken);
        _shift.Log.Close(number, _conversation!, response is not null, inDoubt);
    }

    private async Task StartLiveAsync(CancellationToken cancellationToken) => await _shift.Calls.TryAsync(
        static (api, r, o) => api.Conversations.StartLiveAsync(r, o),
        new StartLiveRequest { RequestId = _shift.Calls.NextId(), Name = _conversation }, _shift.Integration, cancellationToken);

    private async Task AskForCallAsync(CancellationToken cancellationToken) => await _shift.Calls.TryAsync(
        static (api, r, o) => api.Conversations.RequestCallbackAsync(r, o),
        new RequestCallbackRequest
        {
            RequestId = _shift.Calls.NextId(),
            Name = _conversation,
            PhoneNumber = "+351210000000",
            Window = new CallbackWindow
            {
                StartTime = Timestamp.FromDateTimeOffset(_shift.Clock.Now + TimeSpan.FromMinutes(3)),
                EndTime = Timestamp.FromDateTimeOffset(_shift.Clock.Now + TimeSpan.FromHours(4)),
            },
        },
        _shift.Integration, cancellationToken);
}
