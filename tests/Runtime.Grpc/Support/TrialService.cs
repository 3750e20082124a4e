using Engine.Runtime.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.Runtime.Grpc.Tests.Support;

/// <summary>Does what its requests say; hooks let a test put its own behaviour in.</summary>
public sealed class TrialService(TrialHooks hooks) : Trial.TrialBase
{
    public override async Task<TrialReply> Unary(TrialRequest request, ServerCallContext context)
    {
        if (hooks.Unary is { } hook)
        {
            return await hook(request, context);
        }

        ThrowIfAsked(request);
        return Reply(request);
    }

    public override async Task Download(
        TrialRequest request, IServerStreamWriter<TrialReply> responseStream, ServerCallContext context)
    {
        if (hooks.Download is { } hook)
        {
            await hook(request, responseStream, context);
            return;
        }

        for (var i = 0; i < request.ResponseCount; i++)
        {
            var reply = Reply(request);
            reply.Number = i;
            await responseStream.WriteAsync(reply);
        }

        ThrowIfAsked(request);
    }

    public override async Task<TrialReply> Upload(IAsyncStreamReader<TrialRequest> requestStream, ServerCallContext context)
    {
        if (hooks.Upload is { } hook)
        {
            return await hook(requestStream, context);
        }

        var reply = new TrialReply();
        await foreach (var request in requestStream.ReadAllAsync())
        {
            ThrowIfAsked(request);
            reply.Number += request.Payload.Length;
            reply.Text += request.Text;
        }

        return reply;
    }

    public override async Task Chat(
        IAsyncStreamReader<TrialRequest> requestStream,
        IServerStreamWriter<TrialReply> responseStream,
        ServerCallContext context)
    {
        if (hooks.Chat is { } hook)
        {
            await hook(requestStream, responseStream, context);
            return;
        }

        await foreach (var request in requestStream.ReadAllAsync())
        {
            ThrowIfAsked(request);
            await responseStream.WriteAsync(Reply(request));
        }
    }

    public static TrialReply Reply(TrialRequest request) => new()
    {
        Text = request.Text,
        Number = request.Number,
        Payload = request.ResponseBytes > 0 ? ByteString.CopyFrom(new byte[request.ResponseBytes]) : request.Payload,
    };

    private static void ThrowIfAsked(TrialRequest request)
    {
        if (request.Status != 0)
        {
            throw new RpcException(new Status((StatusCode)request.Status, request.StatusMessage));
        }
    }
}
