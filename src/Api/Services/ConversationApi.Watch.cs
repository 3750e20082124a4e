using Engine.Api.Errors;
using Engine.Api.Streams;
using Engine.Api.Validation;
using Engine.Grains.Conversations;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.Api.Services;

internal sealed partial class ConversationApi
{
    private const int CommitsPerRead = 200;

    public override Task WatchConversation(
        WatchConversationRequest request, IServerStreamWriter<WatchConversationResponse> responseStream, ServerCallContext context)
    {
        ConversationRules.Check(request);
        var grain = Grain(context, request.Name);
        return streams.RunAsync(
            context, responseStream, (writer, token) => WatchAsync(grain, request.AfterVersion, writer, token));
    }

    /// <summary>
    /// Asks for what follows the last version sent, again and again; each question waits at the grain until there is
    /// something. Nothing is kept between questions but the version, so nothing can be missed or sent twice, and a slow
    /// client holds up only itself.
    /// </summary>
    private async Task WatchAsync(
        IConversationGrain grain, long version, IServerStreamWriter<WatchConversationResponse> responseStream, CancellationToken token)
    {
        var patience = new Patience(time);
        var wait = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(options.Value.WatchWaitMs));
        while (true)
        {
            CommitsReply reply;
            try
            {
                reply = await grain.ReadCommitsAsync(
                    new ReadCommitsRequest { AfterVersion = version, Limit = CommitsPerRead, Wait = wait }, token);
            }
            catch (Exception e) when (patience.Bears(e))
            {
                await patience.WaitAsync(token);
                continue;
            }

            if (reply.Rejection is { } rejection)
            {
                if (!patience.Bears(rejection)) throw Refuse.Because(rejection);
                await patience.WaitAsync(token);
                continue;
            }

            patience.Restore();
            foreach (var commit in reply.Result.Commits_)
            {
                await responseStream.WriteAsync(commit, token);
                version = commit.Version;
            }

            if (reply.Result.End) return;
        }
    }
}
