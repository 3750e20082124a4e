using System.Globalization;
using Grpc.Core;

namespace Engine.LoadTests.Runtime.Probing;

/// <summary>Does what each call asks for, alone or through a grain.</summary>
internal sealed class ProbeEndpoints(IGrainFactory grains, HostState state) : ProbeService.ProbeServiceBase
{
    public override async Task<ProbeReply> Ask(ProbeRequest request, ServerCallContext context)
    {
        using var running = state.Begin();
        return new ProbeReply
        {
            Number = await DoAsync(request, context.CancellationToken),
            Payload = request.Payload,
        };
    }

    public override async Task Download(
        ProbeRequest request, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context)
    {
        using var running = state.Begin();
        var reply = new ProbeReply { Payload = request.Payload };
        if (request.Grain.Length > 0)
        {
            await foreach (var number in grains.GetGrain<IProbeGrain>(request.Grain).CountAsync(request.Count))
            {
                reply.Number = number;
                await responseStream.WriteAsync(reply, context.CancellationToken);
            }
        }
        else
        {
            for (long number = 0; number < request.Count; number++)
            {
                reply.Number = number;
                await responseStream.WriteAsync(reply, context.CancellationToken);
            }
        }

        await DoAsync(request, context.CancellationToken);
    }

    public override async Task<ProbeReply> Upload(IAsyncStreamReader<ProbeRequest> requestStream, ServerCallContext context)
    {
        using var running = state.Begin();
        var reply = new ProbeReply();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            reply.Number += requestStream.Current.Number;
            reply.Count++;
        }

        return reply;
    }

    public override async Task Talk(
        IAsyncStreamReader<ProbeRequest> requestStream, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context)
    {
        using var running = state.Begin();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            var number = await DoAsync(request, context.CancellationToken);
            await responseStream.WriteAsync(new ProbeReply { Number = number, Payload = request.Payload }, context.CancellationToken);
        }
    }

    public override Task<Observation> Observe(ObserveRequest request, ServerCallContext context) =>
        state.ObserveAsync(grains, request.CollectGarbage);

    private Task<long> DoAsync(ProbeRequest request, CancellationToken cancellationToken) => request.Ending switch
    {
        Ending.Unspecified when request.Grain.Length == 0 => Task.FromResult(request.Number),
        Ending.Unspecified => grains.GetGrain<IProbeGrain>(request.Grain).AskAsync(request.Number),
        Ending.ServiceThrows => throw new InvalidOperationException(ProbeGrain.Sentence(request.Number)),
        Ending.ServiceRefuses => throw Refusal(request.Number),
        Ending.GrainThrows => FailAsync(request),
        Ending.Never => WaitAsync(request, cancellationToken),
        Ending.GrainLeaves => grains.GetGrain<IProbeGrain>(request.Grain).LeaveAsync(request.Number),
        _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "Unknown ending.")),
    };

    private async Task<long> WaitAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        if (request.Grain.Length > 0) await grains.GetGrain<IProbeGrain>(request.Grain).WaitAsync(cancellationToken);
        else await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return request.Number;
    }

    private async Task<long> FailAsync(ProbeRequest request)
    {
        try
        {
            return await grains.GetGrain<IProbeGrain>(request.Grain).FailAsync(request.Number);
        }
        catch (InvalidOperationException e)
        {
            throw new RpcException(new Status(StatusCode.Aborted, e.Message));
        }
    }

    private static RpcException Refusal(long number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        return new RpcException(new Status(StatusCode.FailedPrecondition, text), new Metadata { { "number", text } });
    }
}
