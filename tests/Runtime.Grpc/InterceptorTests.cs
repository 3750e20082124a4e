using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Runtime.Grpc.Tests;

public sealed class InterceptorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_interceptors_stand_around_every_kind_in_order(bool registered)
    {
        var log = new CallLog();
        await using var server = await TrialServer.StartAsync(
            grpc: o =>
            {
                o.Interceptors.Add<First>();
                o.Interceptors.Add<Second>("argument");
            },
            services: s =>
            {
                s.AddSingleton(log);
                if (registered)
                {
                    s.AddSingleton<First>();
                }
            });
        var client = server.Client();

        await client.UnaryAsync(new TrialRequest());
        await foreach (var _ in client.Download(new TrialRequest { ResponseCount = 1 }).ResponseStream.ReadAllAsync())
        {
        }

        using var upload = client.Upload();
        await upload.RequestStream.CompleteAsync();
        await upload;
        using var chat = client.Chat();
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(CancellationToken.None));

        string[] expected =
        [
            "first Unary", "second Unary argument", "first Unary done",
            "first Download", "second Download argument", "first Download done",
            "first Upload", "second Upload argument", "first Upload done",
            "first Chat", "second Chat argument", "first Chat done",
        ];
        await Soon.TrueAsync(() => log.Count == expected.Length, "all entries");
        Assert.Equal(expected, log.Entries);
    }

    [Fact]
    public async Task A_server_interceptor_turns_exceptions_into_statuses()
    {
        await using var server = await TrialServer.StartAsync(grpc: o => o.Interceptors.Add<Mapper>());
        server.Hooks.Unary = (_, _) => throw new KeyNotFoundException("k");

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(server.Client().UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal(StatusCode.NotFound, exception.StatusCode);
    }

    [Fact]
    public async Task Service_options_add_interceptors_and_override_limits()
    {
        var log = new CallLog();
        await using var server = await TrialServer.StartAsync(
            grpc: o => o.MaxReceiveMessageSize = 10,
            services: s =>
            {
                s.AddSingleton(log);
                s.Configure<GrpcServiceOptions<TrialService>>(o =>
                {
                    o.MaxReceiveMessageSize = 1000;
                    o.Interceptors.Add<First>();
                });
            });

        await server.Client().UnaryAsync(new TrialRequest { Text = new string('x', 500) });

        Assert.Contains("first Unary", log.Entries);
    }

    [Fact]
    public async Task What_is_malformed_never_reaches_an_interceptor()
    {
        var log = new CallLog();
        await using var server = await TrialServer.StartAsync(
            grpc: o => o.Interceptors.Add<First>(), services: s => s.AddSingleton(log));
        using var http = new RawHttp(server.Address);

        await http.PostAsync("/engine.runtime.grpc.tests.Trial/Unary", RawHttp.Frame([0xFF, 0xFF, 0xFF]));
        await http.PostAsync("/engine.runtime.grpc.tests.Trial/Unary", RawHttp.Frame([], length: 5 << 20));
        await http.PostAsync("/engine.runtime.grpc.tests.Trial/Nope", RawHttp.Frame([]));

        Assert.Empty(log.Entries);
    }

    [Fact]
    public async Task Client_interceptors_stand_around_calls_in_order_and_change_headers()
    {
        await using var server = await TrialServer.StartAsync();
        Metadata? seen = null;
        server.Hooks.Unary = (_, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(new TrialReply());
        };
        var log = new CallLog();
        var invoker = server.Channel()
            .Intercept(headers =>
            {
                headers.Add("x-added", "1");
                return headers;
            })
            .Intercept(new ClientSide("a", log), new ClientSide("b", log));

        await new Trial.TrialClient(invoker).UnaryAsync(new TrialRequest());

        Assert.Equal(["a", "b"], log.Entries);
        Assert.Equal("1", seen!.GetValue("x-added"));
    }

    [Fact]
    public async Task WithHost_names_the_authority()
    {
        await using var server = await TrialServer.StartAsync();
        string? host = null;
        server.Hooks.Unary = (_, context) =>
        {
            host = context.Host;
            return Task.FromResult(new TrialReply());
        };

        await server.Client().WithHost("shop.example").UnaryAsync(new TrialRequest());

        Assert.Equal("shop.example", host);
    }

    public sealed class CallLog
    {
        private readonly Lock _lock = new();
        private readonly List<string> _entries = [];

        public int Count => Entries.Length;

        public string[] Entries
        {
            get
            {
                lock (_lock)
                {
                    return [.. _entries];
                }
            }
        }

        public void Add(string entry)
        {
            lock (_lock)
            {
                _entries.Add(entry);
            }
        }
    }

    public sealed class First(CallLog log) : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            var name = Begin(context);
            var response = await continuation(request, context);
            log.Add($"first {name} done");
            return response;
        }

        public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            var name = Begin(context);
            var response = await continuation(requestStream, context);
            log.Add($"first {name} done");
            return response;
        }

        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            var name = Begin(context);
            await continuation(request, responseStream, context);
            log.Add($"first {name} done");
        }

        public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            var name = Begin(context);
            await continuation(requestStream, responseStream, context);
            log.Add($"first {name} done");
        }

        private string Begin(ServerCallContext context)
        {
            var name = context.Method.Split('/')[^1];
            log.Add($"first {name}");
            return name;
        }
    }

    public sealed class Second(CallLog log, string argument) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"second {context.Method.Split('/')[^1]} {argument}");
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"second {context.Method.Split('/')[^1]} {argument}");
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"second {context.Method.Split('/')[^1]} {argument}");
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"second {context.Method.Split('/')[^1]} {argument}");
            return continuation(requestStream, responseStream, context);
        }
    }

    public sealed class Mapper : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (KeyNotFoundException exception)
            {
                throw new RpcException(new Status(StatusCode.NotFound, exception.Message));
            }
        }
    }

    private sealed class ClientSide(string name, CallLog log) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            log.Add(name);
            return continuation(request, context);
        }
    }
}
