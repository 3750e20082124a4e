using System.Globalization;
using Engine.LoadTests.Chaos.Traffic;
using Engine.V1;
using Grpc.Core;

namespace Engine.LoadTests.Deadlines;

/// <summary>Writes conversations through the API as customers would, each by the first message of somebody new.</summary>
internal sealed class DeadlineWriter(
    ClusterCaller caller, Metadata headers, string run, int concurrency, TextWriter progress, TimeProvider time)
{
    private static readonly Content Text = new() { Text = "Where is my order?" };
    private long _written;

    /// <param name="channelOf">By its number from 0.</param>
    /// <param name="written">Gets its number, its name, and when the engine took its message.</param>
    /// <param name="queue">Where they wait; empty: nowhere.</param>
    public async Task WriteAsync(
        int count, Func<int, string> channelOf, Action<int, string, DateTimeOffset> written, CancellationToken cancellationToken, string queue = "")
    {
        var done = 0;
        await using var ticker = time.CreateTimer(
            _ => progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Volatile.Read(ref done):N0} of {count:N0}")),
            null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, count, parallel, async (i, token) =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{run}-{Interlocked.Increment(ref _written)}");
            var response = await caller.CallAsync(
                0, static (api, r, o) => api.Inbound.ReceiveMessageAsync(r, o),
                new ReceiveMessageRequest { RequestId = id, Channel = channelOf(i), Address = id, ExternalId = id, Content = Text, Queue = queue },
                headers, null, token);
            written(i, response.Conversation, response.Message.CreateTime.ToDateTimeOffset());
            Interlocked.Increment(ref done);
        });
    }
}
