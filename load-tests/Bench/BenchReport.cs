using System.Text.Json.Serialization;

namespace Engine.LoadTests.Bench;

/// <summary>The outcome of <c>bench</c>: operations a second, and the details.</summary>
internal sealed record BenchReport
{
    [JsonPropertyName("echo_http2")]
    public required double EchoHttp2 { get; init; }

    public required double EchoGrpc { get; init; }

    public required double RawInsert { get; init; }

    [JsonPropertyName("durable_1")]
    public required double Durable1 { get; init; }

    [JsonPropertyName("durable_64")]
    public required double Durable64 { get; init; }

    [JsonPropertyName("durable_256")]
    public required double Durable256 { get; init; }

    /// <summary>1/(1/echo_http2 + 1/raw_insert): as if a message cost one echo and one insert, one after the other.</summary>
    public required double Bound { get; init; }

    /// <summary>durable_256 / bound.</summary>
    public required double Ratio { get; init; }

    /// <summary>Messages that the engine acknowledged, warm-up included; all of them were found again.</summary>
    public required long MessagesAcknowledged { get; init; }

    public required int PayloadBytes { get; init; }

    public required string EchoServer { get; init; }

    /// <summary>sqlite or postgres.</summary>
    public required string Store { get; init; }

    public required int Processors { get; init; }

    public required string FileSystem { get; init; }

    public required IReadOnlyList<BenchPartReport> Parts { get; init; }
}
