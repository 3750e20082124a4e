namespace Engine.Api.Telemetry;

/// <summary>What the edge of this process has done, for whoever reports it.</summary>
public interface IApiCounts
{
    /// <summary>Unary calls that have ended, whatever their status.</summary>
    long CallsEnded { get; }

    /// <summary>Streams open now.</summary>
    int OpenStreams { get; }
}
