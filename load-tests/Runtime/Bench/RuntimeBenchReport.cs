using System.Text.Json.Serialization;
using Engine.LoadTests.Bench;

namespace Engine.LoadTests.Runtime.Bench;

/// <summary>The outcome of <c>bench runtime</c>: operations a second, and the details.</summary>
internal sealed record RuntimeBenchReport
{
    /// <summary>Bare HTTP/2 echo, 256 in flight.</summary>
    [JsonPropertyName("echo_http2")]
    public required double EchoHttp2 { get; init; }

    /// <summary>gRPC unary echo, 256 in flight.</summary>
    public required double EchoGrpc { get; init; }

    /// <summary>The same, one at a time.</summary>
    [JsonPropertyName("echo_grpc_1")]
    public required double EchoGrpc1 { get; init; }

    /// <summary>echo_grpc / echo_http2 of each round, and of these the median.</summary>
    public required double Ratio { get; init; }

    /// <summary>What the ratio should be at least.</summary>
    public required double RatioGoal { get; init; }

    /// <summary>CPU time of an echo_http2, client and server, to that of an echo_grpc; null where it cannot be told.</summary>
    public required double? CpuRatio { get; init; }

    /// <summary>Messages from server to client.</summary>
    public required double ServerStream { get; init; }

    /// <summary>Messages from client to server.</summary>
    public required double ClientStream { get; init; }

    /// <summary>Calls of a grain within this process.</summary>
    public required double GrainPing { get; init; }

    /// <summary>The same, all callers on one grain.</summary>
    public required double GrainPingHot { get; init; }

    /// <summary>gRPC calls that a grain answers.</summary>
    public required double GrpcToGrain { get; init; }

    /// <summary>Heap that one activation of a grain without state keeps.</summary>
    public required double ActivationBytes { get; init; }

    public required double ActivationsPerSecond { get; init; }

    public required int Activations { get; init; }

    /// <summary>In a new process: building and starting a host of a silo and a server.</summary>
    public required double HostStartMs { get; init; }

    /// <summary>From starting that process until it listens; includes starting .NET itself.</summary>
    public required double ProcessStartMs { get; init; }

    /// <summary>A second silo in a process whose code is compiled already.</summary>
    public required double WarmSiloStartMs { get; init; }

    public required int PayloadBytes { get; init; }

    public required int Processors { get; init; }

    public required IReadOnlyList<BenchPartReport> Parts { get; init; }
}
