using System.Security.Cryptography.X509Certificates;
using Engine.Silo.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Engine.Silo.Hosting;

/// <summary>Where the process listens: the API first, health for probes besides when asked for.</summary>
internal static class ServerSetup
{
    private const int StreamsPerConnectionMax = 1_000;

    public static void Configure(IWebHostBuilder host, EngineOptions options, bool withApi = true) => host.ConfigureKestrel(server =>
    {
        server.AddServerHeader = false;
        server.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnectionMax;
        // A client that streams may be silent for hours.
        server.Limits.MinRequestBodyDataRate = null;
        server.Limits.MinResponseDataRate = null;
        if (withApi)
        {
            server.Listen(options.Listen, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                endpoint.UseDrainCutoff(options.DrainTimeout);
                if (options.TlsCertificateFile.Length > 0)
                    endpoint.UseHttps(X509Certificate2.CreateFromPemFile(options.TlsCertificateFile, options.TlsKeyFile));
            });
        }

        if (options.HealthListen is { } health)
            server.Listen(health, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                endpoint.UseDrainCutoff(options.DrainTimeout);
            });
    });
}
