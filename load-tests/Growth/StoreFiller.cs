using Engine.LoadTests.Bench;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Growth;

/// <summary>Fills a store through the API as fast as it takes messages.</summary>
internal sealed class StoreFiller(MessageLoad load, int concurrency, TextWriter progress, TimeProvider time)
{
    private const int ChunkMessages = 20;
    private static readonly TimeSpan FillTimeMax = TimeSpan.FromHours(4);

    /// <summary>Brings each conversation, which has one message already, to its length.</summary>
    public async Task FillAsync(
        IReadOnlyList<(string Conversation, int Length)> wanted, Random random, CancellationToken cancellationToken)
    {
        // In small pieces and mixed, so that the callers spread over all conversations from beginning to end.
        var chunks = new List<(string Conversation, int Count)>();
        foreach (var (conversation, length) in wanted)
        {
            for (var left = length - 1; left > 0; left -= ChunkMessages)
                chunks.Add((conversation, Math.Min(left, ChunkMessages)));
        }

        var order = chunks.ToArray();
        random.Shuffle(order);
        var total = chunks.Sum(c => (long)c.Count);
        var first = load.Acknowledged;
        await using var ticker = time.CreateTimer(
            _ => progress.WriteLine($"  {load.Acknowledged - first:N0} of {total:N0} messages"),
            null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        var next = -1;
        await ClosedLoop.RunAsync(
            concurrency, new LoadLimits(FillTimeMax, order.Length), time,
            async (_, _, token) =>
            {
                var (conversation, count) = order[Interlocked.Increment(ref next)];
                for (var i = 0; i < count; i++) await load.SendAsync(conversation, token);
            },
            cancellationToken);
    }
}
