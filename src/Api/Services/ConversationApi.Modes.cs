using Engine.Api.Authentication;
using Engine.Api.Forwarding;
using Engine.Api.Signals;
using Engine.Api.Validation;
using Engine.V1;
using Grpc.Core;

namespace Engine.Api.Services;

/// <summary>Calls, live chat, and what people are doing just now.</summary>
internal sealed partial class ConversationApi
{
    public override Task<Conversation> RequestCallback(RequestCallbackRequest request, ServerCallContext context)
    {
        ModeRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.RequestCallbackAsync(r, c));
    }

    public override async Task<Callback> GetCallback(GetCallbackRequest request, ServerCallContext context)
    {
        ModeRules.Check(request);
        var reply = await Grain(context, request.Name).GetCallbackAsync(Principal.Of(context).Caller).WaitAsync(context.CancellationToken);
        return Forwarder.ResultOf(ReplyShape.Callback, reply);
    }

    public override Task<Conversation> EndCallback(EndCallbackRequest request, ServerCallContext context)
    {
        ModeRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.EndCallbackAsync(r, c));
    }

    public override Task<Conversation> StartLive(StartLiveRequest request, ServerCallContext context)
    {
        ModeRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.StartLiveAsync(r, c));
    }

    public override Task<Conversation> EndLive(EndLiveRequest request, ServerCallContext context)
    {
        ModeRules.Check(request);
        return ChangeAsync(context, request.Name, request, static (g, r, c) => g.EndLiveAsync(r, c));
    }

    /// <summary>Answers at once: whether anybody hears of it is not waited for.</summary>
    public override async Task<SignalActivityResponse> SignalActivity(SignalActivityRequest request, ServerCallContext context)
    {
        ModeRules.Check(request);
        var principal = Principal.Of(context);
        principal.RequireAuthor(request.AuthorType);
        var customer = await people.CustomerOfAsync(principal.Workspace, request.Conversation, context.CancellationToken);
        var author = ConversationPeople.AuthorOf(principal, request.AuthorType, customer);
        var place = ActivityHub.PlaceOf(principal.Workspace, request.Conversation);
        if (activityLimiter.Allows(principal.Identity, place, author.Name, request.Kind)) activities.Tell(place, author, request.Kind);
        return new SignalActivityResponse();
    }

    /// <summary>The response headers say that the watch has begun: what is signalled after them is sent.</summary>
    public override async Task WatchActivity(
        WatchActivityRequest request, IServerStreamWriter<WatchActivityResponse> responseStream, ServerCallContext context)
    {
        ModeRules.Check(request);
        var principal = Principal.Of(context);
        await people.CustomerOfAsync(principal.Workspace, request.Conversation, context.CancellationToken);
        var self = principal.Role == Role.Agent ? $"agents/{principal.Agent}" : null;
        await streams.RunAsync(context, responseStream, async (writer, token) =>
        {
            using var watch = await activities.WatchAsync(ActivityHub.PlaceOf(principal.Workspace, request.Conversation), token);
            await context.WriteResponseHeadersAsync([]);
            await foreach (var signal in watch.Signals.ReadAllAsync(token))
            {
                if (signal.Participant.Name != self) await writer.WriteAsync(signal, token);
            }
        });
    }
}
