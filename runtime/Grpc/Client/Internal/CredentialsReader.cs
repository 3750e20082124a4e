using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>What the credentials of a channel ask for, checked against its address.</summary>
internal sealed class CredentialsReader : ChannelCredentialsConfiguratorBase
{
    public bool? IsSecureOrUnset { get; private set; }

    public bool IsSecure => IsSecureOrUnset == true;

    public List<CallCredentials> CallCredentials { get; } = [];

    /// <exception cref="InvalidOperationException">They do not fit.</exception>
    public static CredentialsReader Read(GrpcChannelOptions options, Uri address)
    {
        var reader = new CredentialsReader();
        var scheme = address.IsAbsoluteUri ? address.Scheme : "";
        var isHttp = scheme is "http" or "https";
        if (options.Credentials is { } credentials)
        {
            credentials.InternalPopulateConfiguration(reader, reader);
        }
        else if (isHttp)
        {
            reader.IsSecureOrUnset = scheme == "https";
        }
        else
        {
            throw new InvalidOperationException(
                $"Unable to determine the TLS configuration of the channel from address '{address}'. {nameof(GrpcChannelOptions)}.{nameof(GrpcChannelOptions.Credentials)} must be specified when the address doesn't have a 'http' or 'https' scheme.");
        }

        if (isHttp && reader.IsSecure != (scheme == "https"))
        {
            var kind = reader.IsSecure ? "secure" : "insecure";
            throw new InvalidOperationException(
                $"Channel is configured with {kind} channel credentials and can't use a HttpClient with a '{scheme}' scheme.");
        }

        if (!reader.IsSecure && reader.CallCredentials.Count > 0 && !options.UnsafeUseInsecureChannelCallCredentials)
        {
            throw new InvalidOperationException(
                $"CallCredentials can't be composed with InsecureCredentials unless {nameof(GrpcChannelOptions.UnsafeUseInsecureChannelCallCredentials)} is set.");
        }

        return reader;
    }

    public override void SetInsecureCredentials(object state) => IsSecureOrUnset = false;

    public override void SetSslCredentials(
        object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        if (!string.IsNullOrEmpty(rootCertificates) || keyCertificatePair is not null || verifyPeerCallback is not null)
        {
            throw new InvalidOperationException(
                $"{nameof(SslCredentials)} with non-null arguments is not supported by {nameof(GrpcChannel)}. Configure certificates on the {nameof(GrpcChannelOptions.HttpHandler)}.");
        }

        IsSecureOrUnset = true;
    }

    public override void SetCompositeCredentials(
        object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        channelCredentials.InternalPopulateConfiguration(this, state);
        CallCredentials.Add(callCredentials);
    }
}
