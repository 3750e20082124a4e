using System.Buffers.Binary;
using System.Net.Sockets;
using Engine.Runtime.Orleans.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Connections;
using Orleans.Runtime.Generated;
using Orleans.TestingHost;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>What comes in at the port for silos, from silos and from anybody else.</summary>
public sealed class SiloPortTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;
    private InProcessSiloHandle _target = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Clusters.Start(2);
        _target = _cluster.Silos[1];
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Garbage_ends_its_own_connection_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            using var socket = await Connect();
            try
            {
                if (round % 2 == 0)
                    await socket.SendAsync(Hello(_target.SiloAddress));
                await socket.SendAsync(round % 4 < 2 ? Noise(random) : Frames(random));
                socket.Shutdown(SocketShutdown.Send);
                await ReadToEnd(socket).Within();
            }
            catch (SocketException)
            {
                // It was closed while it was written to.
            }
        }

        Assert.Equal(1, await _cluster.GrainAt(_target, _cluster.Silos[0].Grains()).Count().Within());
        Assert.Equal(1, await _cluster.GrainAt(_target, _cluster.Client).Count().Within());
        var listener = _target.ServiceProvider.GetRequiredService<SiloListener>();
        await Deadline.Until(() => listener.Count <= 1, "no connection of the garbage is left");
    }

    [Fact]
    public async Task A_call_meant_for_another_life_of_the_silo_is_refused()
    {
        var earlier = SiloAddress.New(_target.SiloAddress.Endpoint, _target.SiloAddress.Generation - 1);
        using var socket = await Connect();
        await socket.SendAsync(Hello(earlier));
        var answer = await ReadToEnd(socket).Within();
        Assert.Equal((byte)FrameKind.Refusal, answer[4]);
    }

    [Fact]
    public async Task A_silo_of_another_cluster_is_refused()
    {
        using var socket = await Connect();
        await socket.SendAsync(Hello(_target.SiloAddress, "another"));
        Assert.Equal((byte)FrameKind.Refusal, (await ReadToEnd(socket).Within())[4]);
    }

    [Fact]
    public async Task What_a_silo_that_does_not_read_makes_others_keep_is_bounded()
    {
        var grain = _cluster.GrainAt(_target, _cluster.Silos[0].Grains());
        await grain.Where().Within();

        // The grain is held, so what comes for it waits.
        var gate = Guid.NewGuid().ToString("N");
        var held = grain.Wait(gate);
        await Gates.UntilNoted(gate, "begins");
        var message = new StringValue { Value = new string('x', 1024 * 1024) };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var calls = Enumerable.Range(0, 400).Select(_ => grain.Echo(message)).ToList();
        await Deadline.Until(() => calls.Exists(static call => call.IsFaulted), "calls beyond the limit are refused");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1_000L * 1024 * 1024);
        Gates.Release(gate);
        Assert.Equal(gate, await held.Within());
        foreach (var call in calls)
        {
            try
            {
                Assert.Equal(message.Value.Length, (await call.Within()).Value.Length);
            }
            catch (OrleansException error)
            {
                Assert.True(error is GatewayTooBusyException or OrleansMessageRejectionException, error.ToString());
            }
        }

        Assert.Equal(1, await grain.Count().Within());
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 4_000)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Frames whose length is right and whose contents are not.</summary>
    private static byte[] Frames(Random random)
    {
        var all = new List<byte>();
        for (var frame = random.Next(1, 10); frame > 0; frame--)
        {
            var payload = new byte[random.Next(0, 100)];
            random.NextBytes(payload);
            var prefix = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(prefix, payload.Length + 1);
            all.AddRange(prefix);
            all.Add((byte)random.Next(0, 20));
            all.AddRange(payload);
        }

        return [.. all];
    }

    private static async Task<byte[]> ReadToEnd(Socket socket)
    {
        var all = new List<byte>();
        var buffer = new byte[4_096];
        try
        {
            for (int count; (count = await socket.ReceiveAsync(buffer)) > 0;)
                all.AddRange(buffer.AsSpan(0, count));
        }
        catch (SocketException)
        {
            // Closed in the middle of what was written to it.
        }

        return [.. all];
    }

    private async Task<Socket> Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_target.SiloAddress.Endpoint);
        return socket;
    }

    private byte[] Hello(SiloAddress to, string? cluster = null)
    {
        var options = _target.ServiceProvider.GetRequiredService<IOptions<ClusterOptions>>().Value;
        using var writer = new CallWriter(_target.ServiceProvider.GetRequiredService<CodecRegistry>());
        writer.WriteInt32(0);
        writer.WriteByte((byte)FrameKind.SiloHello);
        SiloHandshake.Write(writer, new SiloHandshake(
            cluster ?? options.ClusterId, options.ServiceId, SiloAddress.New(System.Net.IPAddress.Loopback, 9, 9), to, 0));
        writer.PatchInt32(0, writer.Length - 4);
        return writer.Written.ToArray();
    }
}
