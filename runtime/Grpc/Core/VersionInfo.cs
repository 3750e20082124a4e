namespace Grpc.Core;

/// <summary>Which gRPC API this implements.</summary>
public static class VersionInfo
{
    /// <summary>The generation of gRPC for .NET whose API this offers.</summary>
    public const string CurrentVersion = "2.83.0";
}
