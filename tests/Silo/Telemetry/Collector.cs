using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engine.Silo.Tests.Telemetry;

/// <summary>A collector of OpenTelemetry, by HTTP and by gRPC, that keeps the bytes as they came.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<Export> _received = new();
    private WebApplication? _app;
    private string[] _addresses = [];

    /// <summary>Where it takes OTLP over HTTP, without a path.</summary>
    public string HttpAddress => _addresses[0];

    /// <summary>Where it takes OTLP over gRPC.</summary>
    public string GrpcAddress => _addresses[1];

    public IReadOnlyCollection<Export> Received => _received;

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            server.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(collector);
        var app = builder.Build();
        collector._app = app;
        app.MapGrpcService<CollectorService>();
        app.MapPost("/{**path}", (RequestDelegate)(async context =>
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes);
            collector.Add(context.Request.Path, bytes.ToArray());
            context.Response.ContentType = "application/x-protobuf";
        }));
        await app.StartAsync();
        collector._addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        return collector;
    }

    /// <summary>Everything of a signal, as text, in the order of arrival.</summary>
    public string Sent(string path) => string.Concat(_received.Where(part => part.Path == path).Select(part => part.Text));

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal void Add(string path, byte[] bytes) => _received.Enqueue(new Export(path, bytes));
}
