namespace Grpc.Core;

/// <summary>The server a <see cref="VerifyPeerCallback"/> decides about.</summary>
public class VerifyPeerContext
{
    internal VerifyPeerContext(string targetName, string peerPem)
    {
        TargetName = targetName ?? throw new ArgumentNullException(nameof(targetName));
        PeerPem = peerPem ?? throw new ArgumentNullException(nameof(peerPem));
    }

    public string TargetName { get; }

    /// <summary>The certificate, PEM.</summary>
    public string PeerPem { get; }
}
