namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Stands for the service class where handlers come with their instances, in a definition.</summary>
internal sealed class DefinitionService
{
}
