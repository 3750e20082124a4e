using Google.Protobuf.Reflection;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>The contract of the interoperability tests as gRPC publishes it; Debian's grpc-proto has the files.</summary>
public sealed class CanonicalProtos : IDisposable
{
    public const string Folder = "/usr/share/grpc-proto";

    private const string Missing = "gRPC's own protos or protoc are missing: apt-get install grpc-proto protobuf-compiler";
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("interop-");

    private CanonicalProtos() => Descriptors = Path.Combine(_scratch.FullName, "interop.bin");

    /// <summary>A file with the compiled descriptors.</summary>
    public string Descriptors { get; }

    public static async Task<CanonicalProtos> CompileAsync()
    {
        RequireFolder();
        var protos = new CanonicalProtos();
        await using var protoc = InteropProgram.Start(
            Missing, "protoc", [$"--proto_path={Folder}", "--include_imports", $"--descriptor_set_out={protos.Descriptors}", "grpc/testing/test.proto"]);
        await protoc.OutputAsync();
        return protos;
    }

    public static void RequireFolder() => Assert.True(Directory.Exists(Folder), Missing);

    public FileDescriptorSet Read() => FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(Descriptors));

    public void Dispose() => _scratch.Delete(recursive: true);
}
