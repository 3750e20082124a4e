using System.Globalization;
using Engine.LoadTests.Runtime.Probing;
using Google.Protobuf;
using Grpc.Core;

namespace Engine.LoadTests.Runtime.Soak;

/// <summary>
/// The kinds of call of a soak. Each knows its one right outcome: a number of its own that must come back, or the status that
/// it asked for. An error is no failure when it was ordered, and an answer is one when it was not.
/// </summary>
internal sealed class SoakCases(ProbeService.ProbeServiceClient client, TimeProvider time)
{
    private const int HotGrains = 256;
    private const int LeavingGrains = 32;
    private const int NewGrainsKept = 2_048;
    private const int StreamMessagesMax = 64;
    private const int LargePayloadBytes = 100_000;
    private static readonly ByteString LargePayload = ByteString.CopyFrom(new byte[LargePayloadBytes]);
    private long _numbers;
    private long _newGrains;

    public IReadOnlyList<SoakCase> All =>
    [
        new("unary", 20, random => AskAsync(new ProbeRequest { Number = Next() })),
        new("unary_large", 2, random => AskAsync(new ProbeRequest { Number = Next(), Payload = LargePayload })),
        new("grain", 20, random => AskAsync(new ProbeRequest { Number = Next(), Grain = Hot(random) })),
        new("new_grain", 6, random => AskAsync(new ProbeRequest { Number = Next(), Grain = New() })),
        new("leaving_grain", 6, LeaveAsync),
        new("server_stream", 6, random => DownloadAsync(random, "")),
        new("grain_stream", 4, random => DownloadAsync(random, Hot(random))),
        new("client_stream", 6, UploadAsync),
        new("duplex", 6, TalkAsync),
        new("service_throws", 4, random => FailAsync(Ending.ServiceThrows, "")),
        new("service_refuses", 4, random => FailAsync(Ending.ServiceRefuses, "")),
        new("grain_throws", 4, random => FailAsync(Ending.GrainThrows, Hot(random))),
        new("stream_fails", 3, StreamFailsAsync),
        new("cancelled", 4, CancelAsync),
        new("stream_cancelled", 3, CancelStreamAsync),
        new("stream_dropped", 3, DropStreamAsync),
        new("deadline", 4, ExpireAsync),
    ];

    /// <summary>Grains that were asked and may still be active.</summary>
    public IEnumerable<string> RecentGrains()
    {
        var last = Interlocked.Read(ref _newGrains);
        return Enumerable.Range(0, HotGrains).Select(i => $"hot/{i}")
            .Concat(Enumerable.Range(0, LeavingGrains).Select(i => $"leaving/{i}"))
            .Concat(Enumerable.Range(0, (int)Math.Min(last, NewGrainsKept)).Select(i => NewKey(last - i)));
    }

    /// <summary>One unary call; its own number and bytes must come back.</summary>
    public async Task AskAsync(ProbeRequest request)
    {
        using var call = client.AskAsync(request);
        var reply = await call.ResponseAsync;
        Expect(request.Number, reply.Number);
        if (!reply.Payload.Equals(request.Payload)) throw new UnexpectedOutcomeException("Other bytes came back.");
    }

    private async Task LeaveAsync(Random random)
    {
        var grain = random.Next(2) == 0 ? New() : $"leaving/{random.Next(LeavingGrains)}";
        await AskAsync(new ProbeRequest { Number = Next(), Grain = grain, Ending = Ending.GrainLeaves });
        await AskAsync(new ProbeRequest { Number = Next(), Grain = grain });
    }

    private async Task DownloadAsync(Random random, string grain)
    {
        var count = random.Next(StreamMessagesMax);
        using var call = client.Download(new ProbeRequest { Count = count, Grain = grain, Number = Next() });
        long read = 0;
        while (await call.ResponseStream.MoveNext()) Expect(read++, call.ResponseStream.Current.Number);
        Expect(count, read);
    }

    private async Task UploadAsync(Random random)
    {
        var count = random.Next(StreamMessagesMax);
        using var call = client.Upload();
        long sum = 0;
        for (var i = 0; i < count; i++)
        {
            var number = Next();
            sum += number;
            await call.RequestStream.WriteAsync(new ProbeRequest { Number = number });
        }

        await call.RequestStream.CompleteAsync();
        var reply = await call.ResponseAsync;
        Expect(count, reply.Count);
        Expect(sum, reply.Number);
    }

    private async Task TalkAsync(Random random)
    {
        using var call = client.Talk();
        var grain = Hot(random);
        for (var i = random.Next(StreamMessagesMax); i > 0; i--)
        {
            var request = new ProbeRequest { Number = Next(), Grain = i % 2 == 0 ? grain : "" };
            await call.RequestStream.WriteAsync(request);
            if (!await call.ResponseStream.MoveNext()) throw new UnexpectedOutcomeException("The stream ended early.");
            Expect(request.Number, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        if (await call.ResponseStream.MoveNext()) throw new UnexpectedOutcomeException("The stream went on.");
    }

    private async Task FailAsync(Ending ending, string grain)
    {
        var number = Next();
        var failure = await FailureOfAsync(() =>
            AskAsync(new ProbeRequest { Number = number, Grain = grain, Ending = ending }));
        CheckFailure(failure, ending, number);
    }

    private async Task StreamFailsAsync(Random random)
    {
        var count = random.Next(StreamMessagesMax);
        var number = Next();
        using var call = client.Download(
            new ProbeRequest { Count = count, Number = number, Ending = Ending.ServiceRefuses });
        long read = 0;
        var failure = await FailureOfAsync(async () =>
        {
            while (await call.ResponseStream.MoveNext()) Expect(read++, call.ResponseStream.Current.Number);
        });
        Expect(count, read);
        CheckFailure(failure, Ending.ServiceRefuses, number);
    }

    private async Task CancelAsync(Random random)
    {
        using var cancel = new CancellationTokenSource(Soon(random), time);
        using var call = client.AskAsync(Endless(random), cancellationToken: cancel.Token);
        ExpectStatus(StatusCode.Cancelled, await FailureOfAsync(() => call.ResponseAsync));
    }

    private async Task CancelStreamAsync(Random random)
    {
        using var cancel = new CancellationTokenSource();
        using var call = client.Download(new ProbeRequest { Count = long.MaxValue }, cancellationToken: cancel.Token);
        await ReadSomeAsync(call.ResponseStream, random);
        await cancel.CancelAsync();
        var failure = await FailureOfAsync(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
                // What had arrived before may still be read.
            }
        });
        ExpectStatus(StatusCode.Cancelled, failure);
    }

    private async Task DropStreamAsync(Random random)
    {
        // Who has let go sees no outcome; that the server's handler ends is checked after the load.
        using var call = client.Download(new ProbeRequest { Count = long.MaxValue });
        await ReadSomeAsync(call.ResponseStream, random);
    }

    private async Task ExpireAsync(Random random)
    {
        var deadline = time.GetUtcNow().UtcDateTime + Soon(random);
        using var call = client.AskAsync(Endless(random), deadline: deadline);
        ExpectStatus(StatusCode.DeadlineExceeded, await FailureOfAsync(() => call.ResponseAsync));
    }

    private static async Task ReadSomeAsync(IAsyncStreamReader<ProbeReply> stream, Random random)
    {
        var count = random.Next(StreamMessagesMax);
        for (var i = 0; i < count; i++)
        {
            if (!await stream.MoveNext()) throw new UnexpectedOutcomeException("The stream ended early.");
            Expect(i, stream.Current.Number);
        }
    }

    private static async Task<RpcException> FailureOfAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException e)
        {
            return e;
        }

        throw new UnexpectedOutcomeException("The call ended well.");
    }

    private static void CheckFailure(RpcException failure, Ending ending, long number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        var (status, detail) = ending switch
        {
            Ending.ServiceThrows => (StatusCode.Unknown, null),
            Ending.ServiceRefuses => (StatusCode.FailedPrecondition, text),
            _ => (StatusCode.Aborted, ProbeGrain.Sentence(number)),
        };
        ExpectStatus(status, failure);
        if (detail is not null && failure.Status.Detail != detail)
            throw new UnexpectedOutcomeException($"'{failure.Status.Detail}' instead of '{detail}'.");
        if (ending == Ending.ServiceRefuses && failure.Trailers.GetValue("number") != text)
            throw new UnexpectedOutcomeException("The trailer is missing.");
    }

    private static void ExpectStatus(StatusCode expected, RpcException failure)
    {
        if (failure.StatusCode != expected)
            throw new UnexpectedOutcomeException($"{failure.StatusCode} ({failure.Status.Detail}) instead of {expected}.");
    }

    private static void Expect(long expected, long actual)
    {
        if (actual != expected) throw new UnexpectedOutcomeException($"{actual} instead of {expected}.");
    }

    private ProbeRequest Endless(Random random) => new()
    {
        Number = Next(),
        Ending = Ending.Never,
        // The call keeps its grain busy, so nobody else may want it.
        Grain = random.Next(2) == 0 ? "" : New(),
    };

    private static TimeSpan Soon(Random random) => TimeSpan.FromMilliseconds(random.Next(1, 100));

    private static string Hot(Random random) => $"hot/{random.Next(HotGrains)}";

    private string New() => NewKey(Interlocked.Increment(ref _newGrains));

    private static string NewKey(long number) => string.Create(CultureInfo.InvariantCulture, $"new/{number}");

    private long Next() => Interlocked.Increment(ref _numbers);
}
