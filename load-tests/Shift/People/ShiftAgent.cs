using Engine.LoadTests.Calls;
using Engine.LoadTests.Chaos.Traffic;
using Engine.LoadTests.Replay;
using Engine.LoadTests.Shift.Running;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.LoadTests.Shift.People;

/// <summary>
/// Somebody who answers: signs on, watches the inbox, accepts what is offered, answers one customer after the other, and at times
/// transfers, notes, sets aside, takes a break.
/// </summary>
internal sealed class ShiftAgent
{
    private const double Accepts = 0.93;
    private const double Declines = 0.05;
    private const double Transfers = 0.03;
    private const double Notes = 0.1;
    private const double Snoozes = 0.02;
    private const double Resolves = 0.4;

    /// <summary>To read, think and write an answer.</summary>
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Chatting = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Calling = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan QuietLongEnough = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly ShiftSetting _shift;
    private readonly StaffAgent _me;
    private readonly IReadOnlyList<string> _queues;
    private readonly InboxWatch _watch;
    private readonly Random _random;
    private readonly Desk _desk = new();
    private bool _pausing;

    /// <param name="queues">Queues of English-speaking teams, to which work is handed over at times.</param>
    public ShiftAgent(
        ShiftSetting shift, StaffAgent me, IReadOnlyList<string> queues, IReadOnlyList<EngineApi> gateways, int seed, TimeProvider time)
    {
        (_shift, _me, _queues) = (shift, me, queues);
        _random = new Random(seed);
        _watch = new InboxWatch(gateways, me, seed, OnNewsAsync, () => _desk.Version, time);
    }

    public bool SawOverCapacity => _desk.SawOverCapacity;

    public string? Failure => _watch.Failure;

    /// <summary>From signing on until <paramref name="close"/> is cancelled; does not sign off.</summary>
    /// <param name="signOn">After so much of the shift.</param>
    /// <param name="breaks">When it takes a break, and for how long.</param>
    public async Task RunAsync(
        TimeSpan signOn, IReadOnlyList<(TimeSpan At, TimeSpan Length)> breaks, CancellationToken close, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(close, cancellationToken);
        try
        {
            await _shift.Clock.DelayUntilAsync(_shift.Begin + signOn, stop.Token);
            var watching = _watch.RunAsync(stop.Token);
            await SetPresenceAsync(Presence.Online, stop.Token);
            await Task.WhenAll(watching, TakeBreaksAsync(breaks, stop.Token), WorkAsync(stop.Token));
        }
        catch (OperationCanceledException) when (close.IsCancellationRequested)
        {
            // The shop is closed.
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task SetPresenceAsync(Presence presence, CancellationToken cancellationToken) => await TryAsync(
        static (api, r, o) => api.Agents.SetPresenceAsync(r, o),
        new SetPresenceRequest { RequestId = _shift.Calls.NextId(), Name = _me.Name, Presence = presence }, cancellationToken);

    private async Task TakeBreaksAsync(IReadOnlyList<(TimeSpan At, TimeSpan Length)> breaks, CancellationToken cancellationToken)
    {
        foreach (var (at, length) in breaks)
        {
            await _shift.Clock.DelayUntilAsync(_shift.Begin + at, cancellationToken);
            // Whoever sees the shop close stays until all is done.
            if (_shift.IsOver) return;
            _pausing = true;
            await SetPresenceAsync(Presence.Away, cancellationToken);
            await _shift.Clock.DelayAsync(length, cancellationToken);
            await SetPresenceAsync(Presence.Online, cancellationToken);
            _pausing = false;
        }
    }

    private async Task OnNewsAsync(WatchInboxResponse news, CancellationToken cancellationToken)
    {
        foreach (var offer in _desk.See(news))
        {
            // Beside the answer that is being written.
            _ = AnswerOfferAsync(offer, cancellationToken);
        }

        await Task.CompletedTask;
    }

    private async Task AnswerOfferAsync(Offer offer, CancellationToken cancellationToken)
    {
        try
        {
            double drawn;
            lock (_random) drawn = _random.NextDouble();
            await _shift.Clock.DelayAsync(TimeSpan.FromSeconds(3 + drawn * 20), cancellationToken);
            if (!_desk.StillOffered(offer.Name)) return;
            if (drawn < Accepts && !_pausing)
            {
                await TryAsync(
                    static (api, r, o) => api.Agents.AcceptOfferAsync(r, o),
                    new AcceptOfferRequest { RequestId = _shift.Calls.NextId(), Name = offer.Name }, cancellationToken);
                return;
            }

            // Declined, or left to pass.
            _shift.Log.Decline(offer.Conversation, _me.Name);
            if (drawn >= Accepts + Declines) return;
            await TryAsync(
                static (api, r, o) => api.Agents.DeclineOfferAsync(r, o),
                new DeclineOfferRequest { RequestId = _shift.Calls.NextId(), Name = offer.Name, Reason = "busy" }, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The shop is closed.
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _desk.ChangedAsync();
            if (_pausing || _desk.TakeUp(_shift.Clock.Now - QuietLongEnough) is not { } entry)
            {
                await Task.WhenAny(changed, _shift.Clock.DelayAsync(LookAgain, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            long until = 0;
            try
            {
                until = await HandleAsync(entry, cancellationToken);
            }
            finally
            {
                _desk.PutDown(entry.Conversation, until);
            }
        }
    }

    /// <returns>The conversation's version after what was done: what the stream tells of older ones is no news. 0: nothing was done.</returns>
    private async Task<long> HandleAsync(InboxEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Status == ConversationStatus.Pending) return await ResolveAsync(entry.Conversation, cancellationToken);
        if (entry.Mode == ConversationMode.Callback) return await CallCustomerAsync(entry, cancellationToken);
        if (entry.Mode == ConversationMode.Live)
        {
            await ThinkAsync(Chatting, cancellationToken);
            var said = await AnswerAsync(entry.Conversation, cancellationToken);
            if (said > 0 && Draw(0.2)) await EndLiveAsync(entry.Conversation, cancellationToken);
            return said;
        }

        await ThinkAsync(Answering, cancellationToken);
        if (Draw(Notes)) await NoteAsync(entry.Conversation, cancellationToken);
        if (Draw(Transfers) && !_shift.IsOver && _queues.Contains(entry.Queue)) return await TransferAsync(entry, cancellationToken);
        if (Draw(Snoozes) && !_shift.IsOver) return await SnoozeAsync(entry.Conversation, cancellationToken);
        var answered = await AnswerAsync(entry.Conversation, cancellationToken);
        return answered > 0 && Draw(Resolves) ? Math.Max(answered, await ResolveAsync(entry.Conversation, cancellationToken)) : answered;
    }

    private Task ThinkAsync(TimeSpan mean, CancellationToken cancellationToken)
    {
        TimeSpan drawn;
        lock (_random) drawn = _random.Around(mean);
        return _shift.Clock.DelayAsync(drawn, cancellationToken);
    }

    private bool Draw(double probability)
    {
        lock (_random) return _random.Happens(probability);
    }

    private async Task<long> AnswerAsync(string conversation, CancellationToken cancellationToken)
    {
        var number = _shift.Log.NextNumber();
        var (response, inDoubt, _) = await TryAsync(
            static (api, r, o) => api.Conversations.SendMessageAsync(r, o),
            new SendMessageRequest { RequestId = _shift.Calls.NextId(), Conversation = conversation, Content = Text(number) }, cancellationToken);
        _shift.Log.Close(number, conversation, response is not null, inDoubt);
        return response?.Version ?? 0;
    }

    private async Task NoteAsync(string conversation, CancellationToken cancellationToken)
    {
        var number = _shift.Log.NextNumber();
        var (response, inDoubt, _) = await TryAsync(
            static (api, r, o) => api.Conversations.AddNoteAsync(r, o),
            new AddNoteRequest { RequestId = _shift.Calls.NextId(), Conversation = conversation, Content = Text(number) }, cancellationToken);
        _shift.Log.Close(number, conversation, response is not null, inDoubt);
    }

    private async Task<long> TransferAsync(InboxEntry entry, CancellationToken cancellationToken)
    {
        var number = _shift.Log.NextNumber();
        var other = _queues.First(q => q != entry.Queue);
        var (response, inDoubt, _) = await TryAsync(
            static (api, r, o) => api.Conversations.TransferConversationAsync(r, o),
            new TransferConversationRequest
            {
                RequestId = _shift.Calls.NextId(),
                Name = entry.Conversation,
                Queue = other,
                Note = MessageText.Of(number),
            },
            cancellationToken);
        _shift.Log.Close(number, entry.Conversation, response is not null, inDoubt);
        return response?.Version ?? 0;
    }

    private async Task<long> SnoozeAsync(string conversation, CancellationToken cancellationToken)
    {
        // Long enough that the shop still stands when it ends.
        var until = _shift.Clock.Now + TimeSpan.FromMinutes(15);
        return (await TryAsync(
            static (api, r, o) => api.Conversations.SnoozeConversationAsync(r, o),
            new SnoozeConversationRequest
            {
                RequestId = _shift.Calls.NextId(),
                Name = conversation,
                UntilTime = Timestamp.FromDateTimeOffset(until),
            },
            cancellationToken)).Response?.Version ?? 0;
    }

    private async Task<long> ResolveAsync(string conversation, CancellationToken cancellationToken) => (await TryAsync(
        static (api, r, o) => api.Conversations.ResolveConversationAsync(r, o),
        new ResolveConversationRequest { RequestId = _shift.Calls.NextId(), Name = conversation }, cancellationToken)).Response?.Version ?? 0;

    private async Task EndLiveAsync(string conversation, CancellationToken cancellationToken) => await TryAsync(
        static (api, r, o) => api.Conversations.EndLiveAsync(r, o),
        new EndLiveRequest { RequestId = _shift.Calls.NextId(), Name = conversation }, cancellationToken);

    private async Task<long> CallCustomerAsync(InboxEntry entry, CancellationToken cancellationToken)
    {
        var (number, _, _) = await TryAsync(
            static (api, r, o) => api.Conversations.GetCallbackAsync(r, o), new GetCallbackRequest { Name = entry.Conversation }, cancellationToken);
        // What the desk shows is old then.
        if (number is null) return entry.ConversationVersion + 1;
        await ThinkAsync(Calling, cancellationToken);
        await TryAsync(
            static (api, r, o) => api.Conversations.EndCallbackAsync(r, o),
            new EndCallbackRequest { RequestId = _shift.Calls.NextId(), Name = entry.Conversation, Done = true }, cancellationToken);
        // In writing, too, what was said.
        return await AnswerAsync(entry.Conversation, cancellationToken);
    }

    private Task<CallResult<TResponse>> TryAsync<TRequest, TResponse>(
        Func<EngineApi, TRequest, CallOptions, AsyncUnaryCall<TResponse>> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : IMessage
        where TResponse : class =>
        _shift.Calls.TryAsync(method, request, _me.Headers, cancellationToken);

    private static Content Text(long number) => new() { Text = MessageText.Of(number) };
}
