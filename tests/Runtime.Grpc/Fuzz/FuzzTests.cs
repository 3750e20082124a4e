using System.Collections.Concurrent;
using System.Globalization;
using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace Engine.Runtime.Grpc.Tests.Fuzz;

/// <summary>
/// Connections that misbehave by seed, beside a client that does not. GRPC_FUZZ_CASES says how many (5,000 unless
/// told; millions take hours), GRPC_FUZZ_SEED where to begin. A failure names the seeds around it; a seed with one
/// case repeats the bytes of it.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Parallel = 8;

    [Fact]
    public async Task Misbehaving_connections_hurt_nobody_else_and_leave_nothing_behind()
    {
        var cases = Setting("GRPC_FUZZ_CASES", 5000);
        var first = Setting("GRPC_FUZZ_SEED", 20_260_000);
        output.WriteLine($"seeds {first} to {first + cases - 1}");
        var gauge = new Gauge();
        var log = new ErrorLog();
        await using var server = await TrialServer.StartAsync(
            grpc: o => o.Interceptors.Add<Gauge>(),
            services: s => s.AddSingleton(gauge),
            logging: l => l.AddProvider(log).SetMinimumLevel(LogLevel.Error),
            listen: l => l.Use(next => async connection =>
            {
                gauge.Connected(1);
                try
                {
                    await next(connection);
                }
                finally
                {
                    gauge.Connected(-1);
                }
            }));
        using var stop = new CancellationTokenSource();
        var honest = HonestAsync(server.Client(), stop.Token);

        // A tenth of them first, so that pools and code are warm when the base line is taken.
        await RunAsync(server, first, cases / 10);
        await Soon.TrueAsync(() => gauge.Connections <= 3 && gauge.Calls <= 1, $"all connections and calls of the warm-up end");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(server, first + (cases / 10), cases - (cases / 10));
        await stop.CancelAsync();
        var answered = await Soon.Within(honest);

        await Soon.TrueAsync(() => gauge.Calls == 0, "all calls end");
        await Soon.TrueAsync(() => gauge.Connections <= 2, $"all connections end");
        Assert.True(answered > 0);
        Assert.Empty(log.Unexpected);

        // Pools keep what they had at their busiest for a while; what leaks stays.
        var after = 0L;
        await Soon.TrueAsync(
            () => (after = GC.GetTotalMemory(forceFullCollection: true)) <= before + (32 << 20),
            $"memory is as it was; it had been {before >> 10} KiB");
        output.WriteLine($"{cases} cases; {answered} honest calls beside them; memory {before >> 10} KiB to {after >> 10} KiB");
    }

    private static async Task RunAsync(TrialServer server, int first, int count)
    {
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var seed && seed < first + count)
            {
                using var limit = new CancellationTokenSource(Soon.Limit);
                try
                {
                    await new FuzzCase(seed).RunAsync(server.Address.Port, limit.Token);
                }
                catch (OperationCanceledException)
                {
                    Assert.Fail($"Seed {seed} hangs.");
                }
            }
        }));
    }

    /// <summary>Gets its own answers, whatever happens beside it.</summary>
    private static async Task<int> HonestAsync(Trial.TrialClient client, CancellationToken stop)
    {
        var number = 0;
        while (!stop.IsCancellationRequested)
        {
            number++;
            var text = number.ToString(CultureInfo.InvariantCulture);
            var reply = await client.UnaryAsync(new TrialRequest { Number = number, Text = text }, cancellationToken: CancellationToken.None);
            Assert.Equal(number, reply.Number);
            Assert.Equal(text, reply.Text);
        }

        return number;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;

    /// <summary>Counts what is open.</summary>
    public sealed class Gauge : Interceptor
    {
        private int _connections;
        private int _calls;

        public int Connections => Volatile.Read(ref _connections);

        public int Calls => Volatile.Read(ref _calls);

        public void Connected(int change) => Interlocked.Add(ref _connections, change);

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            CountAsync(() => continuation(request, context));

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
            CountAsync(() => continuation(requestStream, context));

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
            CountAsync(async () =>
            {
                await continuation(request, responseStream, context);
                return true;
            });

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
            CountAsync(async () =>
            {
                await continuation(requestStream, responseStream, context);
                return true;
            });

        private async Task<T> CountAsync<T>(Func<Task<T>> call)
        {
            Interlocked.Increment(ref _calls);
            try
            {
                return await call();
            }
            finally
            {
                Interlocked.Decrement(ref _calls);
            }
        }
    }

    /// <summary>Keeps errors other than those of handlers, which the cases provoke.</summary>
    private sealed class ErrorLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _unexpected = new();

        public string[] Unexpected => [.. _unexpected];

        public ILogger CreateLogger(string categoryName) => new Writer(categoryName, _unexpected);

        public void Dispose()
        {
        }

        private sealed class Writer(string category, ConcurrentQueue<string> unexpected) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (logLevel >= LogLevel.Error && category != "Grpc.AspNetCore.Server.ServerCallHandler")
                {
                    unexpected.Enqueue($"{category}: {formatter(state, exception)} {exception}");
                }
            }
        }
    }
}
