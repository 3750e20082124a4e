using System.Globalization;
using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Api.Positions;
using Engine.Api.Streams;
using Engine.Api.Validation;
using Engine.Grains.Consumers;
using Engine.Grains.Events;
using Engine.Grains.Journal;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Engine.Api.Services;

/// <summary>EventService.</summary>
internal sealed class EventApi(
    IEventReader reader, IConsumerStore consumers, StreamGate streams, TimeProvider time, IOptions<ApiOptions> options)
    : EventService.EventServiceBase
{
    private const int ConsumersMax = 1_000;
    private const int RowsPerRead = 512;

    /// <summary>After this many pages of other workspaces' rows the position is worth sending.</summary>
    private const int QuietPagesMax = 16;

    public override async Task WatchEvents(
        WatchEventsRequest request, IServerStreamWriter<WatchEventsResponse> responseStream, ServerCallContext context)
    {
        EventRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var start = await StartOfAsync(workspace, request, context.CancellationToken);
        await streams.RunAsync(context, responseStream, async (writer, token) =>
        {
            // Whoever asks for what comes from now on needs to know when "now" was.
            if (request.FromNow) await writer.WriteAsync(PositionOnly(workspace, start), token);
            await WatchAsync(workspace, start, writer, token);
        });
    }

    public override async Task<AcknowledgeEventsResponse> AcknowledgeEvents(AcknowledgeEventsRequest request, ServerCallContext context)
    {
        EventRules.Check(request);
        var workspace = Principal.Of(context).Workspace;
        var position = Parse(workspace, request.Position, "position");
        if (await consumers.ReadAsync(workspace, request.Consumer, context.CancellationToken) is null)
        {
            var known = await consumers.ListAsync(workspace, context.CancellationToken);
            if (known.Count >= ConsumersMax)
            {
                throw Refuse.Exhausted(
                    "The workspace has as many consumers as it may have.",
                    ("limit", "consumers_per_workspace"),
                    ("maximum", ConsumersMax.ToString(CultureInfo.InvariantCulture)));
            }
        }

        await consumers.WriteAsync(workspace, request.Consumer, position, context.CancellationToken);
        return new AcknowledgeEventsResponse();
    }

    public override async Task<ListConsumersResponse> ListConsumers(ListConsumersRequest request, ServerCallContext context)
    {
        var workspace = Principal.Of(context).Workspace;
        var response = new ListConsumersResponse();
        foreach (var consumer in await consumers.ListAsync(workspace, context.CancellationToken))
        {
            response.Consumers.Add(new Consumer
            {
                Name = consumer.Name,
                Position = PositionToken.OfEvents(workspace, consumer.Position),
                UpdateTime = Timestamp.FromDateTimeOffset(consumer.UpdateTime),
            });
        }

        return response;
    }

    public override async Task<DeleteConsumerResponse> DeleteConsumer(DeleteConsumerRequest request, ServerCallContext context)
    {
        EventRules.Check(request);
        if (!await consumers.DeleteAsync(Principal.Of(context).Workspace, request.Name, context.CancellationToken))
            throw Refuse.NotFound(Reasons.ConsumerNotFound, "There is no such consumer.");
        return new DeleteConsumerResponse();
    }

    private async Task<JournalPosition> StartOfAsync(string workspace, WatchEventsRequest request, CancellationToken cancellationToken)
    {
        // Read even when it is not used: a wrong one is a mistake that the caller wants to hear of.
        var after = request.AfterPosition.Length > 0 ? Parse(workspace, request.AfterPosition, "after_position") : null;
        if (request.FromNow) return await reader.ReadEndAsync(cancellationToken);
        if (after is null && request.Consumer.Length > 0) after = await consumers.ReadAsync(workspace, request.Consumer, cancellationToken);
        return after ?? JournalPosition.Start;
    }

    /// <summary>
    /// Reads on from the last position. A position goes out without an event when nothing else did for a while, so that a
    /// client can tell a quiet stream from a dead one, and when many rows of others were passed over, so that resuming
    /// does not pass over them again.
    /// </summary>
    private async Task WatchAsync(
        string workspace, JournalPosition position, IServerStreamWriter<WatchEventsResponse> responseStream, CancellationToken token)
    {
        var patience = new Patience(time);
        var heartbeat = TimeSpan.FromMilliseconds(options.Value.EventHeartbeatMs);
        var sentAt = time.GetTimestamp();
        var quietPages = 0;
        while (true)
        {
            EventPage page;
            try
            {
                page = await reader.ReadAsync(workspace, position, RowsPerRead, token);
            }
            catch (Exception e) when (patience.Bears(e))
            {
                await patience.WaitAsync(token);
                continue;
            }

            patience.Restore();
            foreach (var (happened, after) in page.Events)
            {
                await responseStream.WriteAsync(
                    new WatchEventsResponse { Position = PositionToken.OfEvents(workspace, after), Event = happened }, token);
            }

            position = page.Next;
            quietPages = page.Events.Count > 0 ? 0 : quietPages + 1;
            if (page.Events.Count > 0) sentAt = time.GetTimestamp();
            var isSkipping = !page.IsEnd && quietPages >= QuietPagesMax;
            if (isSkipping || time.GetElapsedTime(sentAt) >= heartbeat)
            {
                await responseStream.WriteAsync(PositionOnly(workspace, position), token);
                sentAt = time.GetTimestamp();
                quietPages = 0;
            }

            if (page.IsEnd) await WaitAsync(position, heartbeat - time.GetElapsedTime(sentAt), token);
        }
    }

    private async Task WaitAsync(JournalPosition position, TimeSpan timeout, CancellationToken token)
    {
        if (timeout <= TimeSpan.Zero) return;
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, timer.Token);
        try
        {
            await reader.WaitAsync(position, either.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // Nothing happened: time for a sign of life.
        }
        catch (Exception e) when (ErrorMapping.IsTransient(e))
        {
            // The next read meets the same trouble, and has the patience for it.
        }
    }

    private static WatchEventsResponse PositionOnly(string workspace, JournalPosition position) =>
        new() { Position = PositionToken.OfEvents(workspace, position) };

    private static JournalPosition Parse(string workspace, string token, string field) =>
        PositionToken.TryParseEvents(workspace, token, out var position)
            ? position
            : throw Refuse.Token(Reasons.InvalidPosition, field, "is not a position in this workspace's events");
}
