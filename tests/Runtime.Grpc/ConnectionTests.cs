using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Engine.Runtime.Grpc.Tests.Protos;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Engine.Runtime.Grpc.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Nobody_listening_is_UNAVAILABLE()
    {
        using var port = new ReservedPort();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port.Number}");

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(new Trial.TrialClient(channel).UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal(ConnectivityState.TransientFailure, channel.State);
    }

    [Fact]
    public async Task WaitForReady_waits_for_a_server()
    {
        using var port = new ReservedPort();
        using var channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{port.Number}", new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(20) });
        var call = new Trial.TrialClient(channel).UnaryAsync(new TrialRequest { Text = "x" }, new CallOptions().WithWaitForReady());
        await Soon.Within(channel.WaitForStateChangedAsync(ConnectivityState.Idle));
        await using var server = await TrialServer.StartAsync(port: port);

        Assert.Equal("x", (await Soon.Within(call.ResponseAsync)).Text);
    }

    [Fact]
    public async Task WaitForReady_ends_with_the_deadline()
    {
        using var port = new ReservedPort();
        using var channel = GrpcChannel.ForAddress(
            $"http://127.0.0.1:{port.Number}", new GrpcChannelOptions { InitialReconnectBackoff = TimeSpan.FromMilliseconds(20) });
        var options = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(200)).WithWaitForReady();

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => Soon.Within(new Trial.TrialClient(channel).UnaryAsync(new TrialRequest(), options).ResponseAsync));

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task State_follows_the_connection_and_a_restarted_server_is_found_again()
    {
        using var port = new ReservedPort();
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port.Number}");
        var client = new Trial.TrialClient(channel);
        Assert.Equal(ConnectivityState.Idle, channel.State);
        await using (var first = await TrialServer.StartAsync(port: port))
        {
            await Soon.Within(channel.ConnectAsync());
            Assert.Equal(ConnectivityState.Ready, channel.State);
            await client.UnaryAsync(new TrialRequest());
        }

        await Soon.TrueAsync(() => channel.State != ConnectivityState.Ready, "the loss is seen");
        await Assert.ThrowsAsync<RpcException>(() => Soon.Within(client.UnaryAsync(new TrialRequest()).ResponseAsync));

        await using var second = await TrialServer.StartAsync(port: port);
        Assert.Equal("back", (await Soon.Within(client.UnaryAsync(new TrialRequest { Text = "back" }).ResponseAsync)).Text);
        Assert.Equal(ConnectivityState.Ready, channel.State);
    }

    [Fact]
    public async Task Graceful_shutdown_lets_calls_finish_and_sends_new_ones_elsewhere()
    {
        await using var server = await TrialServer.StartAsync();
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        server.Hooks.Unary = async (request, _) =>
        {
            if (request.Text == "last")
            {
                started.TrySetResult();
                await release.Task;
            }

            return TrialService.Reply(request);
        };
        var client = server.Client();
        var call = client.UnaryAsync(new TrialRequest { Text = "last" });
        await Soon.Within(started.Task);

        var stopping = server.StopAsync();
        await Soon.TrueAsync(() => !CanConnect(server.Address.Port), "the port is closed");

        // Until the connection's GOAWAY is here, calls over it are still served.
        RpcException? refused = null;
        await Soon.TrueAsync(
            async () =>
            {
                refused = await Record.ExceptionAsync(() => Soon.Within(client.UnaryAsync(new TrialRequest()).ResponseAsync)) as RpcException;
                return refused is not null;
            },
            "a call is refused");

        release.SetResult();

        Assert.Equal("last", (await Soon.Within(call.ResponseAsync)).Text);
        Assert.Equal(StatusCode.Unavailable, refused!.StatusCode);
        await Soon.Within(stopping);
    }

    [Fact]
    public async Task A_shutdown_whose_time_is_up_frees_the_writer_of_a_stream_that_nobody_reads()
    {
        await using var server = await TrialServer.StartAsync();
        var blocked = new TaskCompletionSource<bool>();
        var freed = new TaskCompletionSource();
        server.Hooks.Download = async (_, responses, context) =>
        {
            var cancelled = new TaskCompletionSource();
            using var registration = context.CancellationToken.Register(() => cancelled.TrySetResult());
            // Beyond the window of a stream that nobody reads.
            var write = responses.WriteAsync(new TrialReply { Text = new string('x', 1 << 20) });
            blocked.SetResult(!write.IsCompleted);
            await Record.ExceptionAsync(() => write);
            await cancelled.Task;
            freed.SetResult();
        };
        using var call = server.Client().Download(new TrialRequest());
        Assert.True(await Soon.Within(blocked.Task));

        await Soon.Within(server.StopAsync(new CancellationToken(canceled: true)));

        await Soon.Within(freed.Task);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)))
            {
            }
        });
    }

    [Fact]
    public async Task More_calls_than_streams_open_more_connections()
    {
        await using var server = await TrialServer.StartAsync();
        var connections = new HashSet<string>();
        var waiting = 0;
        var release = new TaskCompletionSource();
        server.Hooks.Unary = async (request, context) =>
        {
            lock (connections)
            {
                connections.Add(context.GetHttpContext().Connection.Id);
            }

            if (Interlocked.Increment(ref waiting) == 250)
            {
                release.SetResult();
            }

            await release.Task;
            return TrialService.Reply(request);
        };
        var client = server.Client();

        await Soon.Within(Task.WhenAll(Enumerable.Range(0, 250).Select(_ => client.UnaryAsync(new TrialRequest()).ResponseAsync)));

        Assert.InRange(connections.Count, 3, 250);
    }

    [Fact]
    public async Task A_thousand_streams_share_one_connection()
    {
        await using var server = await TrialServer.StartAsync(kestrel: o => o.Limits.Http2.MaxStreamsPerConnection = 1000);
        var client = server.Client(o => o.HttpHandler = new SocketsHttpHandler());
        await client.UnaryAsync(new TrialRequest());
        var calls = Enumerable.Range(0, 1000).Select(_ => client.Chat()).ToList();
        for (var round = 0; round < 3; round++)
        {
            await Soon.Within(Task.WhenAll(calls.Select(
                (call, i) => call.RequestStream.WriteAsync(new TrialRequest { Number = (round * 1000) + i }))));
            for (var i = 0; i < calls.Count; i++)
            {
                Assert.True(await Soon.Within(calls[i].ResponseStream.MoveNext(CancellationToken.None)));
                Assert.Equal((round * 1000) + i, calls[i].ResponseStream.Current.Number);
            }
        }

        foreach (var call in calls)
        {
            await call.RequestStream.CompleteAsync();
            Assert.False(await Soon.Within(call.ResponseStream.MoveNext(CancellationToken.None)));
            call.Dispose();
        }
    }

    [Fact]
    public async Task Round_robin_spreads_calls_and_passes_by_what_is_down()
    {
        using var port = new ReservedPort();
        await using var one = await TrialServer.StartAsync();
        await using var two = await TrialServer.StartAsync(port: port);
        await using var three = await TrialServer.StartAsync();
        int[] counts = [0, 0, 0];
        TrialServer[] servers = [one, two, three];
        for (var i = 0; i < 3; i++)
        {
            var index = i;
            servers[i].Hooks.Unary = (request, _) =>
            {
                Interlocked.Increment(ref counts[index]);
                return Task.FromResult(TrialService.Reply(request));
            };
        }

        using var channel = GrpcChannel.ForAddress("static:///trial", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = Resolving(servers.Select(s => s.Address.Port)),
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
        });
        var client = new Trial.TrialClient(channel);
        for (var i = 0; i < 30; i++)
        {
            await Soon.Within(client.UnaryAsync(new TrialRequest()).ResponseAsync);
        }

        Assert.Equal([10, 10, 10], counts);
        await two.DisposeAsync();

        // A call on its way over the dying connection may be lost: whether it was served nobody can tell.
        var lost = 0;
        for (var i = 0; i < 30; i++)
        {
            var exception = await Record.ExceptionAsync(() => Soon.Within(client.UnaryAsync(new TrialRequest()).ResponseAsync));
            lost += exception is RpcException { StatusCode: StatusCode.Unavailable } ? 1 : 0;
            Assert.True(exception is null or RpcException { StatusCode: StatusCode.Unavailable }, exception?.ToString());
        }

        Assert.InRange(lost, 0, 1);
        Assert.Equal(10, counts[1]);
        Assert.Equal(50 - lost, counts[0] + counts[2]);
        Assert.InRange(counts[0], 20, 30);
    }

    [Fact]
    public async Task Pick_first_takes_the_first_that_can_be_reached()
    {
        using var nobody = new ReservedPort();
        await using var server = await TrialServer.StartAsync();
        using var channel = GrpcChannel.ForAddress("static:///trial", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = Resolving([nobody.Number, server.Address.Port]),
        });

        var reply = await Soon.Within(new Trial.TrialClient(channel).UnaryAsync(new TrialRequest { Text = "x" }).ResponseAsync);

        Assert.Equal("x", reply.Text);
    }

    [Fact]
    public async Task Dns_names_are_resolved()
    {
        await using var server = await TrialServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(
            $"dns:///localhost:{server.Address.Port}", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        var reply = await Soon.Within(new Trial.TrialClient(channel).UnaryAsync(new TrialRequest { Text = "x" }).ResponseAsync);

        Assert.Equal("x", reply.Text);
    }

    [Fact]
    public async Task Mutual_TLS_shows_the_client_to_the_server()
    {
        using var serverCertificate = Certificate("localhost");
        using var clientCertificate = Certificate("shop-1");
        await using var server = await TrialServer.StartAsync(listen: l => l.UseHttps(new HttpsConnectionAdapterOptions
        {
            HandshakeTimeout = TimeSpan.FromMinutes(10),
            ServerCertificate = serverCertificate,
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (certificate, _, _) => certificate.Thumbprint == clientCertificate.Thumbprint,
        }));
        AuthContext? auth = null;
        server.Hooks.Unary = (request, context) =>
        {
            auth = context.AuthContext;
            return Task.FromResult(TrialService.Reply(request));
        };

        var reply = await Soon.Within(server.Client(o => o.HttpHandler = Trusting(serverCertificate, clientCertificate))
            .UnaryAsync(new TrialRequest { Text = "x" }).ResponseAsync);
        var stranger = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(
            server.Client(o => o.HttpHandler = Trusting(serverCertificate, null)).UnaryAsync(new TrialRequest()).ResponseAsync));
        var untrusting = await Assert.ThrowsAsync<RpcException>(() => Soon.Within(
            server.Client().UnaryAsync(new TrialRequest()).ResponseAsync));

        Assert.Equal("x", reply.Text);
        Assert.True(auth!.IsPeerAuthenticated);
        Assert.Equal("shop-1", auth.PeerIdentity.Single().Value);
        // With TLS 1.3 a client learns only after its handshake that its certificate is wanting, at any point of what follows.
        Assert.True(stranger.StatusCode is StatusCode.Unavailable or StatusCode.Internal, stranger.ToString());
        Assert.Equal(StatusCode.Unavailable, untrusting.StatusCode);
    }

    [Fact]
    public async Task Call_credentials_are_sent_in_clear_only_where_allowed()
    {
        await using var server = await TrialServer.StartAsync();
        string? seen = null;
        server.Hooks.Unary = (request, context) =>
        {
            seen = context.RequestHeaders.GetValue("authorization");
            return Task.FromResult(TrialService.Reply(request));
        };
        var bearer = CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {context.MethodName}");
            return Task.CompletedTask;
        });

        await server.Client(o =>
        {
            o.Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, bearer);
            o.UnsafeUseInsecureChannelCallCredentials = true;
        }).UnaryAsync(new TrialRequest());

        Assert.Equal("Bearer Unary", seen);
        await server.Client().UnaryAsync(new TrialRequest(), new CallOptions(credentials: bearer));
        Assert.Null(seen);
        Assert.Throws<InvalidOperationException>(
            () => server.Client(o => o.Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, bearer)));
        Assert.Throws<InvalidOperationException>(() => server.Client(o => o.Credentials = ChannelCredentials.SecureSsl));
    }

    [Fact]
    public async Task A_client_of_the_caller_is_used_as_it_is()
    {
        await using var server = await TrialServer.StartAsync();
        using var http = new HttpClient();

        var reply = await server.Client(o => o.HttpClient = http).UnaryAsync(new TrialRequest { Text = "x" });

        Assert.Equal("x", reply.Text);
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 server, X509Certificate2? client)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is X509Certificate2 { Thumbprint: { } thumbprint } && thumbprint == server.Thumbprint;
        handler.SslOptions.ClientCertificates = client is null ? null : [client];
        return handler;
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static ServiceProvider Resolving(IEnumerable<int> ports)
    {
        BalancerAddress[] addresses = [.. ports.Select(p => new BalancerAddress("127.0.0.1", p))];
        return new ServiceCollection()
            .AddSingleton<ResolverFactory>(new StaticResolverFactory(_ => addresses))
            .BuildServiceProvider();
    }

    private static bool CanConnect(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
