using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Finds the call behind an HTTP request.</summary>
public interface IServerCallContextFeature
{
    ServerCallContext ServerCallContext { get; }
}
