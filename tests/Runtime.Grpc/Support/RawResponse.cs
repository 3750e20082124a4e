namespace Engine.Runtime.Grpc.Tests.Support;

/// <summary>An answer as it came.</summary>
public sealed record RawResponse(
    int HttpStatus, Dictionary<string, string> Headers, Dictionary<string, string> Trailers, byte[] Body)
{
    /// <summary>Whether the status came with the headers.</summary>
    public bool TrailersOnly => Headers.ContainsKey("grpc-status");

    public string? Status => Headers.GetValueOrDefault("grpc-status") ?? Trailers.GetValueOrDefault("grpc-status");

    public string? Message => Headers.GetValueOrDefault("grpc-message") ?? Trailers.GetValueOrDefault("grpc-message");
}
