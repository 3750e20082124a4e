using Engine.Api.Errors;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.Extensions.Options;
using Question = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace Engine.Api.Reflection;

/// <summary>grpc.reflection.v1: tells tools the schema. Needs no key; the contract is public.</summary>
internal sealed class ReflectionApi(DescriptorIndex index, IOptions<ApiOptions> options) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await MoveNextAsync(requestStream, context.CancellationToken))
            await responseStream.WriteAsync(Answer(requestStream.Current), context.CancellationToken);
    }

    /// <summary>The one method whose requests are read here, not before: what is wrong with their bytes shows up here too.</summary>
    private async Task<bool> MoveNextAsync(IAsyncStreamReader<ServerReflectionRequest> requestStream, CancellationToken cancellationToken)
    {
        try
        {
            return await requestStream.MoveNext(cancellationToken);
        }
        catch (Exception e) when (e is RpcException or InvalidProtocolBufferException)
        {
            var (code, detail) = e is RpcException rpc ? (rpc.StatusCode, rpc.Status.Detail) : (StatusCode.InvalidArgument, "");
            if (Malformed.Explain(code, detail, isKnownMethod: true, options.Value.MessageBytesMax) is not var (mapped, rejection)) throw;
            throw new RejectedException(rejection, mapped);
        }
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
