using System.ComponentModel;

namespace Engine.Interop.Tests;

/// <summary>The programs of other languages that these tests need. Missing ones fail a test, in words; none is skipped.</summary>
internal static class Toolchains
{
    // Debian's, which sees the packages of the distribution; another python3 may come first in the path.
    public const string Python = "/usr/bin/python3";

    public static string NodeModules { get; } = Repository.File("tests", "Interop", "node_modules");

    private static readonly Lazy<Task> NodePackages = new(InstallNodePackagesAsync);

    /// <summary>Node itself must be there; the packages are the repository's own and installed where they are missing.</summary>
    public static async Task RequireNodeAsync()
    {
        await RequireAsync("node", ["--version"], "node is not installed (20 or newer)");
        await NodePackages.Value;
    }

    /// <summary>Generates the Python code of engine.v1, and the descriptors of everything, into a folder.</summary>
    public static async Task GeneratePythonAsync(string folder)
    {
        const string install = ".ci/run installs it (apt-get install python3-grpcio python3-protobuf protobuf-compiler protobuf-compiler-grpc).";
        await RequireAsync(Python, ["-c", "import grpc, google.protobuf"], $"grpcio for Python is missing; {install}");
        await RequireAsync("protoc", ["--version"], $"protoc is missing; {install}");
        var plugin = await RequireAsync("which", ["grpc_python_plugin"], $"protoc's plugin for Python is missing; {install}");

        var protos = Repository.File("protos");
        string[] Files(params string[] path) =>
            [.. Directory.EnumerateFiles(Path.Combine([protos, .. path]), "*.proto").Select(file => Path.GetRelativePath(protos, file))];
        var engine = Files("engine", "v1");
        await RunProtocAsync(
        [
            $"--proto_path={protos}", $"--python_out={folder}", $"--grpc_python_out={folder}",
            $"--plugin=protoc-gen-grpc_python={plugin.Output.Trim()}", .. engine,
        ]);
        await RunProtocAsync(
        [
            $"--proto_path={protos}", "--include_imports", $"--descriptor_set_out={Path.Combine(folder, "descriptors.bin")}",
            .. Files("google", "rpc"), .. Files("grpc", "health", "v1"), .. Files("grpc", "reflection", "v1"),
        ]);
    }

    private static async Task InstallNodePackagesAsync()
    {
        if (Directory.Exists(Path.Combine(NodeModules, "@grpc", "grpc-js"))) return;
        var folder = Repository.File("tests", "Interop");
        var result = await Command.RunAsync("npm", ["ci", "--prefix", folder, "--no-progress"], TimeSpan.FromMinutes(15));
        Assert.True(result.ExitCode == 0, $"npm ci failed in tests/Interop\n{result}");
    }

    private static async Task RunProtocAsync(string[] arguments)
    {
        var result = await Command.RunAsync("protoc", arguments, TimeSpan.FromMinutes(10));
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static async Task<CommandResult> RequireAsync(string program, string[] arguments, string otherwise)
    {
        try
        {
            var result = await Command.RunAsync(program, arguments, TimeSpan.FromMinutes(10));
            Assert.True(result.ExitCode == 0, $"{otherwise}\n{result}");
            return result;
        }
        catch (Win32Exception)
        {
            Assert.Fail(otherwise);
            throw;
        }
    }
}
