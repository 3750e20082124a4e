using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Question = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace Engine.Api.Reflection;

/// <summary>grpc.reflection.v1: tells tools the schema. Needs no key; the contract is public.</summary>
internal sealed class ReflectionApi(DescriptorIndex index) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            await responseStream.WriteAsync(Answer(requestStream.Current), context.CancellationToken);
    }

    /// <summary>What cannot be answered is an answer too: the stream goes on.</summary>
    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Question.FileByFilename:
                Put(response, index.FindFile(request.FileByFilename));
                break;
            case Question.FileContainingSymbol:
                Put(response, index.FindSymbol(request.FileContainingSymbol));
                break;
            case Question.FileContainingExtension:
                var extension = request.FileContainingExtension;
                Put(response, index.FindExtension(extension.ContainingType, extension.ExtensionNumber));
                break;
            case Question.AllExtensionNumbersOfType:
                if (index.ExtensionsOf(request.AllExtensionNumbersOfType) is { } numbers)
                {
                    response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType };
                    response.AllExtensionNumbersResponse.ExtensionNumber.AddRange(numbers);
                }
                else
                {
                    PutNotFound(response);
                }

                break;
            case Question.ListServices:
                response.ListServicesResponse = new ListServiceResponse();
                foreach (var service in DescriptorIndex.Services)
                    response.ListServicesResponse.Service.Add(new ServiceResponse { Name = service.FullName });
                break;
            default:
                response.ErrorResponse = new ErrorResponse
                {
                    ErrorCode = (int)StatusCode.InvalidArgument, ErrorMessage = "The request asks nothing.",
                };
                break;
        }

        return response;
    }

    private static void Put(ServerReflectionResponse response, FileDescriptor? file)
    {
        if (file is null)
        {
            PutNotFound(response);
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        foreach (var part in DescriptorIndex.WithImports(file))
            response.FileDescriptorResponse.FileDescriptorProto.Add(part.SerializedData);
    }

    private static void PutNotFound(ServerReflectionResponse response) => response.ErrorResponse = new ErrorResponse
    {
        ErrorCode = (int)StatusCode.NotFound, ErrorMessage = "There is no such thing in the schema.",
    };
}
