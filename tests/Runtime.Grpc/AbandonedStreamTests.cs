using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;

namespace Engine.Runtime.Grpc.Tests;

public sealed class AbandonedStreamTests
{
    /// <summary>
    /// Once its client is gone nothing slows a handler's writing, and if it found out only by its token, which a thread of the pool
    /// cancels, a few such handlers would hold all threads and the server would answer nobody.
    /// </summary>
    [Fact]
    public async Task Handlers_that_write_at_full_speed_end_with_their_clients_and_the_server_goes_on()
    {
        const int Rounds = 5;
        var streams = 8 * Environment.ProcessorCount;
        await using var server = await TrialServer.StartAsync();
        var running = 0;
        server.Hooks.Download = async (_, responses, _) =>
        {
            Interlocked.Increment(ref running);
            try
            {
                while (true)
                    await responses.WriteAsync(new TrialReply { Text = "more" });
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        };
        server.Hooks.Unary = (_, _) => Task.FromResult(new TrialReply { Text = "here" });
        for (var round = 0; round < Rounds; round++)
        {
            var calls = Enumerable.Range(0, streams).Select(_ => server.Client().Download(new TrialRequest())).ToList();
            foreach (var call in calls)
                Assert.True(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));

            foreach (var call in calls)
                call.Dispose();

            Assert.Equal("here", (await Soon.Within(server.Client().UnaryAsync(new TrialRequest()).ResponseAsync)).Text);
            await Soon.TrueAsync(() => Volatile.Read(ref running) == 0, "all handlers end");
        }
    }
}
