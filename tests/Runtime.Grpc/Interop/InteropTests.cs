using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Engine.Runtime.Grpc.Tests.Support;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Xunit.Abstractions;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>
/// The official interoperability cases: our client and server with each other, and each with the official ones that
/// Debian's ruby-grpc carries. A table of the outcomes is written beside the tests as interop-*.md.
/// </summary>
public sealed class InteropTests(ITestOutputHelper output)
{
    // The official client has these only: it knows no special_status_message and no server_compressed case.
    private static readonly string[] RubyClientCases =
        [.. InteropClient.Cases.Where(c => !c.StartsWith("server_compressed", StringComparison.Ordinal) && c != "special_status_message")];

    // The official server does not compress, and cannot tell whether a request was.
    private static readonly string[] RubyServerCases =
        [.. InteropClient.Cases.Where(c => !c.Contains("compressed", StringComparison.Ordinal))];

    [Fact]
    public async Task Our_client_and_our_server()
    {
        await using var server = await StartServerAsync();
        using var channel = GrpcChannel.ForAddress(server.Address);

        await RunAsync("builtin-builtin", InteropClient.Cases, c => Soon.Within(new InteropClient(channel).RunAsync(c)));
    }

    [Fact]
    public async Task Official_client_and_our_server()
    {
        await using var server = await StartServerAsync();

        await RunAsync("ruby-builtin", RubyClientCases, async c =>
        {
            using var ruby = Start("client.rb", "--server_host=127.0.0.1", $"--server_port={server.Address.Port}", "--use_tls=false", $"--test_case={c}");
            var errors = ruby.StandardError.ReadToEndAsync();
            var text = ruby.StandardOutput.ReadToEndAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            try
            {
                await ruby.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                ruby.Kill();
            }

            Assert.True(ruby.HasExited && ruby.ExitCode == 0, $"{await text}\n{await errors}");
        });
    }

    [Fact]
    public async Task Our_client_and_official_server()
    {
        var port = FreePort();
        using var ruby = Start("server.rb", $"--port={port}", "--use_tls=false");
        try
        {
            using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
            await channel.ConnectAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);

            await RunAsync("builtin-ruby", RubyServerCases, c => Soon.Within(new InteropClient(channel).RunAsync(c)));
        }
        finally
        {
            ruby.Kill();
            await ruby.WaitForExitAsync();
        }
    }

    private async Task RunAsync(string pair, IReadOnlyList<string> cases, Func<string, Task> run)
    {
        var failures = new List<string>();
        var table = new List<string> { $"| {pair} | outcome |", "| --- | --- |" };
        foreach (var name in cases)
        {
            var exception = await Record.ExceptionAsync(() => run(name));
            table.Add($"| {name} | {(exception is null ? "passed" : "FAILED")} |");
            if (exception is not null)
            {
                failures.Add($"{name}: {exception}");
            }
        }

        await File.WriteAllLinesAsync(Path.Combine(AppContext.BaseDirectory, $"interop-{pair}.md"), table);
        output.WriteLine(string.Join('\n', table));
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static Task<TrialServer> StartServerAsync() =>
        TrialServer.StartAsync(app: app => app.MapGrpcService<InteropService>(), mapTrial: false);

    private static Process Start(string script, params string[] arguments)
    {
        var path = Path.Combine(GemDirectory(), "src", "ruby", "pb", "test", script);
        return Process.Start(new ProcessStartInfo("ruby", [path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static string GemDirectory()
    {
        const string Missing = "The official gRPC client and server are missing: apt-get install ruby-grpc";
        try
        {
            using var ruby = Process.Start(new ProcessStartInfo("ruby", ["-e", "puts Gem::Specification.find_by_name('grpc').gem_dir"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var directory = ruby.StandardOutput.ReadToEnd().Trim();
            ruby.WaitForExit();
            Assert.True(ruby.ExitCode == 0 && Directory.Exists(directory), Missing);
            return directory;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Fail(Missing);
            throw;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return Convert.ToInt32(((IPEndPoint)listener.LocalEndpoint).Port, CultureInfo.InvariantCulture);
    }
}
