using System.Buffers;
using Engine.LoadTests.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.LoadTests.Echo;

/// <summary>
/// <c>load-tests echo-server</c>: what a call costs without an engine behind it. The benchmark starts it as a process of its
/// own, because the engine is one too: client and server then share the machine in the same way.
/// </summary>
internal static class EchoServerCommand
{
    public const string Name = "echo-server";
    public const string Path = "/echo";

    public static Command Describe() => new(
        Name,
        Summary: null,
        "Answers POST /echo and the gRPC echo on a free port with what it gets; for 'bench'.",
        [],
        RunAsync);

    /// <summary>A server without logs on a free port that speaks HTTP/2 only.</summary>
    internal static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        return builder;
    }

    /// <summary>Both echoes.</summary>
    internal static void MapEchoes(WebApplication app)
    {
        // Before routing, so that the bare echo pays for nothing but Kestrel.
        app.Use((context, next) => context.Request.Path == Path ? EchoAsync(context) : next(context));
        app.UseRouting();
        app.MapGrpcService<EchoEndpoints>();
    }

    /// <summary>Where a started server listens.</summary>
    internal static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var app = CreateBuilder().Build();
        MapEchoes(app);
        await app.StartAsync(cancellationToken);
        var address = AddressOf(app);
        await Console.Out.WriteLineAsync($"Listening on {address}");
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCode.Success;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var body = await reader.ReadAsync();
        while (!body.IsCompleted)
        {
            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
            body = await reader.ReadAsync();
        }

        context.Response.ContentLength = body.Buffer.Length;
        foreach (var part in body.Buffer) context.Response.BodyWriter.Write(part.Span);
        reader.AdvanceTo(body.Buffer.End);
        await context.Response.BodyWriter.FlushAsync();
    }
}
