using Engine.Runtime.Grpc.Tests.Protos;
using Grpc.Core;

namespace Engine.Runtime.Grpc.Tests.Support;

/// <summary>What a test makes the service do.</summary>
public sealed class TrialHooks
{
    public UnaryServerMethod<TrialRequest, TrialReply>? Unary { get; set; }

    public ServerStreamingServerMethod<TrialRequest, TrialReply>? Download { get; set; }

    public ClientStreamingServerMethod<TrialRequest, TrialReply>? Upload { get; set; }

    public DuplexStreamingServerMethod<TrialRequest, TrialReply>? Chat { get; set; }
}
