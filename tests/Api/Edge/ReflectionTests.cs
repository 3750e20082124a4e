using Engine.Api.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.Extensions.Options;

namespace Engine.Api.Tests.Edge;

public sealed class ReflectionTests
{
    private static readonly ReflectionApi Reflection = new(new DescriptorIndex(), Options.Create(new ApiOptions()));

    [Fact]
    public void All_services_are_listed()
    {
        var services = Reflection.Answer(new ServerReflectionRequest { ListServices = "*" }).ListServicesResponse.Service.Select(s => s.Name);
        Assert.Equal(
            [
                "engine.v1.AgentService", "engine.v1.ClusterService", "engine.v1.ConversationService", "engine.v1.CustomerService", "engine.v1.EventService",
                "engine.v1.InboundService", "engine.v1.QueueService", "engine.v1.SlaService", "engine.v1.WorkspaceService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
            ],
            services.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("engine.v1.ConversationService", "engine/v1/conversation_service.proto")]
    [InlineData("engine.v1.ConversationService.SendMessage", "engine/v1/conversation_service.proto")]
    [InlineData("engine.v1.Message", "engine/v1/conversation.proto")]
    [InlineData(".engine.v1.Message.content", "engine/v1/conversation.proto")]
    [InlineData("engine.v1.Content.rich", "engine/v1/content.proto")]
    [InlineData("engine.v1.Priority", "engine/v1/conversation.proto")]
    [InlineData("engine.v1.PRIORITY_HIGH", "engine/v1/conversation.proto")]
    [InlineData("google.protobuf.Timestamp", "google/protobuf/timestamp.proto")]
    [InlineData("google.rpc.ErrorInfo", "google/rpc/error_details.proto")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto")]
    public void A_symbol_is_answered_with_its_file_and_all_it_imports(string symbol, string file)
    {
        var bytes = Reflection.Answer(new ServerReflectionRequest { FileContainingSymbol = symbol }).FileDescriptorResponse.FileDescriptorProto;
        var files = bytes.Select(b => FileDescriptorProto.Parser.ParseFrom(b)).ToList();
        Assert.Equal(file, files[0].Name);
        var names = files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(names.Count, files.Count);
        Assert.All(files.SelectMany(f => f.Dependency), import => Assert.Contains(import, names));
        Assert.Equal(
            bytes, Reflection.Answer(new ServerReflectionRequest { FileByFilename = file }).FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public void Extensions_are_answered_though_there_are_none()
    {
        var numbers = Reflection.Answer(new ServerReflectionRequest { AllExtensionNumbersOfType = "engine.v1.Message" });
        Assert.Equal("engine.v1.Message", numbers.AllExtensionNumbersResponse.BaseTypeName);
        Assert.Empty(numbers.AllExtensionNumbersResponse.ExtensionNumber);
        NotFound(new ServerReflectionRequest { AllExtensionNumbersOfType = "engine.v1.Nothing" });
        NotFound(new ServerReflectionRequest { AllExtensionNumbersOfType = "engine.v1.ConversationService" });
        NotFound(new ServerReflectionRequest
        {
            FileContainingExtension = new ExtensionRequest { ContainingType = "engine.v1.Message", ExtensionNumber = 100 },
        });
    }

    [Fact]
    public void What_is_not_there_is_answered_as_not_found()
    {
        NotFound(new ServerReflectionRequest { FileByFilename = "engine/internal/v1/call.proto" });
        NotFound(new ServerReflectionRequest { FileContainingSymbol = "engine.internal.v1.Caller" });
    }

    [Fact]
    public void A_request_that_asks_nothing_is_invalid() => Assert.Equal(
        (int)StatusCode.InvalidArgument, Reflection.Answer(new ServerReflectionRequest()).ErrorResponse.ErrorCode);

    private static void NotFound(ServerReflectionRequest request) =>
        Assert.Equal((int)StatusCode.NotFound, Reflection.Answer(request).ErrorResponse?.ErrorCode);
}
