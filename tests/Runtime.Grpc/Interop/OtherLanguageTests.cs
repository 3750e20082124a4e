using Engine.Runtime.Grpc.Tests.Support;
using Xunit.Abstractions;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>
/// The official cases with grpcio for Python (gRPC's C core) and @grpc/grpc-js, as clients of our server and as servers
/// of our client. Both use the canonical protos. Whether a message was compressed is seen on our side in either case.
/// </summary>
public sealed class OtherLanguageTests(ITestOutputHelper output)
{
    // Debian's, which sees the packages of the distribution; another python3 may come first in the path.
    private const string Python = "/usr/bin/python3";
    private const string NoPython = "Python is missing: apt-get install python3-grpcio python3-protobuf";
    private const string NoNode = "node is not installed (20 or newer)";

    private const string OneEncoding = "but both messages compressed: a client of grpcio chooses for a call, not for a message";

    [Fact]
    public async Task Python_client_and_our_server()
    {
        using var protos = await CanonicalProtos.CompileAsync();
        await using var server = await InteropTests.StartServerAsync();
        var table = new InteropTable(output, "python-builtin");
        table.Without["client_compressed_streaming"] = OneEncoding;

        await table.RunAsync(async names =>
        {
            await using var client = InteropProgram.Start(
                NoPython, Python, [Script("python", "client.py"), server.Address.Authority, protos.Descriptors, .. names], NoBytecode);
            return await client.OutcomesAsync();
        });
    }

    [Fact]
    public async Task Our_client_and_python_server()
    {
        using var protos = await CanonicalProtos.CompileAsync();
        await using var server = InteropProgram.Start(
            NoPython, Python, [Script("python", "server.py"), "0", protos.Descriptors], NoBytecode);
        var table = new InteropTable(output, "builtin-python");
        foreach (var name in InteropClient.Probing)
        {
            table.Without[name] = "without the probe: a server of grpcio is not told whether a message was compressed";
        }

        await RunOursAsync(table, await server.AddressAsync());
    }

    [Fact]
    public async Task JavaScript_client_and_our_server()
    {
        CanonicalProtos.RequireFolder();
        await using var server = await InteropTests.StartServerAsync();
        var table = new InteropTable(output, "js-builtin");

        await table.RunAsync(async names =>
        {
            await using var client = InteropProgram.Start(
                NoNode, "node", [Script("js", "client.js"), server.Address.Authority, CanonicalProtos.Folder, .. names], NodePath());
            return await client.OutcomesAsync();
        });
    }

    [Fact]
    public async Task Our_client_and_JavaScript_server()
    {
        CanonicalProtos.RequireFolder();
        await using var server = InteropProgram.Start(NoNode, "node", [Script("js", "server.js"), "0", CanonicalProtos.Folder], NodePath());
        var table = new InteropTable(output, "builtin-js");
        table.NotSupported["server_compressed_unary"] = "a server of grpc-js never compresses";
        table.NotSupported["server_compressed_streaming"] = "a server of grpc-js never compresses";
        foreach (var name in InteropClient.Probing)
        {
            table.Without[name] = "without the probe: a server of grpc-js is not told whether a message was compressed";
        }

        await RunOursAsync(table, await server.AddressAsync());
    }

    private static (string, string) NoBytecode => ("PYTHONDONTWRITEBYTECODE", "1");

    private static async Task RunOursAsync(InteropTable table, Uri address)
    {
        using var client = new InteropClient(address);
        await table.RunAsync(name => Soon.Within(client.RunAsync(name, probes: false)));
    }

    private static string Script(params string[] path) => InteropProgram.FileOf(["tests", "Runtime.Grpc", "Interop", .. path]);

    private static (string, string) NodePath()
    {
        var modules = InteropProgram.FileOf("tests", "Interop", "node_modules");
        Assert.True(Directory.Exists(Path.Combine(modules, "@grpc", "grpc-js")), "@grpc/grpc-js is missing: npm ci --prefix tests/Interop");
        return ("NODE_PATH", modules);
    }
}
