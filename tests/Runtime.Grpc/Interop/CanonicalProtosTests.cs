using Google.Protobuf.Reflection;

namespace Engine.Runtime.Grpc.Tests.Interop;

/// <summary>Protos/interop.proto has less than the canonical files, but nothing else.</summary>
public sealed class CanonicalProtosTests
{
    [Fact]
    public async Task Our_interop_contract_is_a_part_of_the_canonical_one()
    {
        using var protos = await CanonicalProtos.CompileAsync();
        var canonical = protos.Read();
        var messages = canonical.File.SelectMany(f => f.MessageType).ToDictionary(m => m.Name);
        var services = canonical.File.SelectMany(f => f.Service).ToDictionary(s => s.Name);
        var ours = FileDescriptorProto.Parser.ParseFrom(InteropReflection.Descriptor.SerializedData);

        Assert.Equal("grpc.testing", ours.Package);
        Assert.NotEmpty(ours.MessageType);
        Assert.Equal(2, ours.Service.Count);
        foreach (var message in ours.MessageType)
        {
            var fields = messages[message.Name].Field.Select(Describe);
            Assert.All(message.Field, f => Assert.Contains(Describe(f), fields));
        }

        foreach (var service in ours.Service)
        {
            var methods = services[service.Name].Method.Select(Describe);
            Assert.All(service.Method, m => Assert.Contains(Describe(m), methods));
        }
    }

    private static (string, int, string, string) Describe(FieldDescriptorProto field) =>
        (field.Name, field.Number, field.Label.ToString(), field.Type switch
        {
            // The same on the wire.
            FieldDescriptorProto.Types.Type.Enum => FieldDescriptorProto.Types.Type.Int32.ToString(),
            FieldDescriptorProto.Types.Type.Message => field.TypeName,
            _ => field.Type.ToString(),
        });

    private static (string, string, bool, string, bool) Describe(MethodDescriptorProto method) =>
        (method.Name, method.InputType, method.ClientStreaming, method.OutputType, method.ServerStreaming);
}
