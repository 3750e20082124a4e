using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Engine.Api.Telemetry;

/// <summary>What the edge measures. Never an id as an attribute: methods and statuses are few.</summary>
internal sealed class ApiMetrics : IApiCounts, IDisposable
{
    public const string MeterName = "Engine.Api";

    public static readonly ActivitySource Activities = new(MeterName);

    private static readonly double[] DurationBounds =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

    // Boxing or formatting a status for each call would be the most expensive thing about measuring it.
    private static readonly string[] StatusNames =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ];

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _streamEnds;
    private readonly Counter<long> _strays;
    private readonly Counter<long> _activityLost;
    private long _callsEnded;
    private int _openStreams;

    public ApiMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _duration = _meter.CreateHistogram(
            "engine.api.request.duration",
            "s",
            "How long unary calls take at the edge.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds });
        _streams = _meter.CreateUpDownCounter<long>("engine.api.streams.open", "{stream}", "Streams open now.");
        _streamEnds = _meter.CreateCounter<long>("engine.api.streams.ended", "{stream}", "Streams that ended, by status.");
        _strays = _meter.CreateCounter<long>("engine.api.requests.malformed", "{request}", "Calls refused before they reached a method.");
        _activityLost = _meter.CreateCounter<long>(
            "engine.api.activity.dropped", "{signal}", "Signals of typing and looking that were told to nobody, by why.");
    }

    public long CallsEnded => Volatile.Read(ref _callsEnded);

    public int OpenStreams => Volatile.Read(ref _openStreams);

    public void OnRequestEnded(string method, StatusCode status, TimeSpan duration)
    {
        Interlocked.Increment(ref _callsEnded);
        _duration.Record(duration.TotalSeconds, Tag("rpc.method", method), Tag("rpc.response.status_code", NameOf(status)));
    }

    public void OnStreamOpened(string method)
    {
        Interlocked.Increment(ref _openStreams);
        _streams.Add(1, Tag("rpc.method", method));
    }

    public void OnStreamClosed(string method)
    {
        Interlocked.Decrement(ref _openStreams);
        _streams.Add(-1, Tag("rpc.method", method));
    }

    public void OnStreamEnded(string method, StatusCode status) =>
        _streamEnds.Add(1, Tag("rpc.method", method), Tag("rpc.response.status_code", NameOf(status)));

    /// <summary>No method here: in a malformed call it is the client's to choose.</summary>
    public void OnRequestMalformed(string reason) => _strays.Add(1, Tag("error.type", reason));

    /// <summary>Too many were under way.</summary>
    public void OnActivityShed() => _activityLost.Add(1, Tag("error.type", "overloaded"));

    /// <summary>The stream did not take it.</summary>
    public void OnActivityLost() => _activityLost.Add(1, Tag("error.type", "failed"));

    public void Dispose() => _meter.Dispose();

    private static string NameOf(StatusCode status) => (int)status < StatusNames.Length ? StatusNames[(int)status] : "UNKNOWN";

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
