using Engine.Runtime.Grpc.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Xunit.Abstractions;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>
/// The official interoperability cases: our client and server with each other, and each with the official ones that
/// Debian's ruby-grpc carries.
/// </summary>
public sealed class InteropTests(ITestOutputHelper output)
{
    private const string NoRuby = "The official gRPC client and server are missing: apt-get install ruby-grpc";

    [Fact]
    public async Task Our_client_and_our_server()
    {
        await using var server = await StartServerAsync();
        using var client = new InteropClient(server.Address);

        await new InteropTable(output, "builtin-builtin").RunAsync(c => Soon.Within(client.RunAsync(c)));
    }

    [Fact]
    public async Task Official_client_and_our_server()
    {
        await using var server = await StartServerAsync();
        var folder = await ScriptsAsync();
        var table = new InteropTable(output, "ruby-builtin");
        foreach (var name in new[] { "special_status_message", "server_compressed_unary", "server_compressed_streaming" })
        {
            table.NotSupported[name] = "the official Ruby client does not have it";
        }

        await table.RunAsync(async c =>
        {
            await using var ruby = InteropProgram.Start(
                NoRuby,
                "ruby",
                [
                    Path.Combine(folder, "client.rb"), "--server_host=127.0.0.1", $"--server_port={server.Address.Port}",
                    "--use_tls=false", $"--test_case={c}",
                ]);
            await ruby.OutputAsync();
        });
    }

    [Fact]
    public async Task Our_client_and_official_server()
    {
        using var port = new ReservedPort();
        var folder = await ScriptsAsync();
        await using var ruby = InteropProgram.Start(
            NoRuby, "ruby", [Path.Combine(folder, "server.rb"), $"--port={port.Number}", "--use_tls=false"]);
        using var client = new InteropClient(new Uri($"http://127.0.0.1:{port.Number}"));
        using var limit = new CancellationTokenSource(InteropProgram.Limit);
        await client.Channel.ConnectAsync(limit.Token);
        var table = new InteropTable(output, "builtin-ruby");
        foreach (var name in InteropClient.Cases.Where(c => c.Contains("compressed", StringComparison.Ordinal)))
        {
            table.NotSupported[name] = "the official Ruby server neither compresses nor tells whether a message was";
        }

        await table.RunAsync(c => Soon.Within(client.RunAsync(c)));
    }

    /// <summary>Our server with the interoperability service.</summary>
    internal static Task<TrialServer> StartServerAsync() => TrialServer.StartAsync(
        app: app =>
        {
            app.Use(static (context, next) =>
            {
                var flags = new MessageFlags();
                context.Features.Set(flags);
                context.Request.Body = flags.Watch(context.Request.Body);
                return next(context);
            });
            app.MapGrpcService<InteropService>();
        },
        mapTrial: false);

    private static async Task<string> ScriptsAsync()
    {
        await using var ruby = InteropProgram.Start(NoRuby, "ruby", ["-e", "puts Gem::Specification.find_by_name('grpc').gem_dir"]);
        return Path.Combine((await ruby.OutputAsync()).Trim(), "src", "ruby", "pb", "test");
    }
}
