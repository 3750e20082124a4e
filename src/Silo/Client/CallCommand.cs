using Engine.Silo.CommandLine;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Engine.Silo.Client;

/// <summary>
/// <c>engine call</c>: any method of the API with a request in JSON, so that trying the API needs nothing that does not come
/// with it.
/// </summary>
internal static class CallCommand
{
    private static readonly IReadOnlyList<ServiceDescriptor> Services =
    [
        .. AgentServiceReflection.Descriptor.Services,
        .. ClusterServiceReflection.Descriptor.Services,
        .. ConversationServiceReflection.Descriptor.Services,
        .. CustomerServiceReflection.Descriptor.Services,
        .. EventServiceReflection.Descriptor.Services,
        .. InboundServiceReflection.Descriptor.Services,
        .. QueueServiceReflection.Descriptor.Services,
        .. SlaServiceReflection.Descriptor.Services,
        .. WorkspaceServiceReflection.Descriptor.Services,
    ];

    public static async Task<int> RunAsync(ArgumentList arguments, CancellationToken cancellationToken)
    {
        var client = ClientArguments.Read(arguments, ClientKeys.Either, out var faults);
        var method = arguments.Words.Count is 1 or 2 ? Find(arguments.Words[0]) : null;
        if (client is null || method is null)
        {
            foreach (var fault in faults)
                await Console.Error.WriteLineAsync(fault);
            if (method is null)
                await WriteMethodsAsync();
            return ExitCode.Usage;
        }

        IMessage request;
        try
        {
            var json = arguments.Words.Count == 2 ? arguments.Words[1] : "{}";
            if (json == "-")
                json = await Console.In.ReadToEndAsync(cancellationToken);
            request = JsonParser.Default.Parse(json, method.InputType);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidJsonException)
        {
            await Console.Error.WriteLineAsync($"This is no {method.InputType.Name}: {fault.Message}");
            return ExitCode.Usage;
        }

        FillRequestId(method, request);
        try
        {
            using var connection = new EngineClient(client.Target);
            await CallAsync(connection.As(KeyFor(client, method)), method, request, cancellationToken);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (RpcException fault)
        {
            await Console.Error.WriteLineAsync(CallFailure.Describe(fault));
            return ExitCode.Failed;
        }
    }

    private static string KeyFor(ClientArguments client, MethodDescriptor method) =>
        method.Service.Name == "ClusterService" ? client.OperatorKey : client.Key;

    private static async Task CallAsync(CallInvoker invoker, MethodDescriptor method, IMessage request, CancellationToken cancellationToken)
    {
        var call = new Method<IMessage, IMessage>(
            method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary,
            method.Service.FullName,
            method.Name,
            Marshallers.Create<IMessage>(message => message.ToByteArray(), method.InputType.Parser.ParseFrom),
            Marshallers.Create<IMessage>(message => message.ToByteArray(), method.OutputType.Parser.ParseFrom));
        var options = new CallOptions(cancellationToken: cancellationToken);
        if (!method.IsServerStreaming)
        {
            using var unary = invoker.AsyncUnaryCall(call, null, options, request);
            await WriteAsync(await unary.ResponseAsync);
            return;
        }

        using var stream = invoker.AsyncServerStreamingCall(call, null, options, request);
        while (await stream.ResponseStream.MoveNext(cancellationToken))
            await WriteAsync(stream.ResponseStream.Current);
    }

    private static Task WriteAsync(IMessage message) => Console.Out.WriteLineAsync(JsonFormatter.Default.Format(message));

    private static MethodDescriptor? Find(string name)
    {
        var parts = name.Replace("engine.v1.", "", StringComparison.Ordinal).Split('/', '.');
        return parts.Length == 2
            ? Services.FirstOrDefault(service => service.Name == parts[0])?.Methods.FirstOrDefault(method => method.Name == parts[1])
            : null;
    }

    // Somebody who types a call does not retry it with the same id. Deliveries of a channel have an id of their own.
    private static void FillRequestId(MethodDescriptor method, IMessage request)
    {
        var field = method.InputType.FindFieldByName("request_id");
        if (field is not null && method.Name != "ReceiveMessage" && field.Accessor.GetValue(request) is "")
            field.Accessor.SetValue(request, Guid.NewGuid().ToString());
    }

    private static async Task WriteMethodsAsync()
    {
        await Console.Error.WriteLineAsync("engine call METHOD [JSON], with one of these methods:");
        foreach (var service in Services)
            foreach (var method in service.Methods)
                await Console.Error.WriteLineAsync($"  {service.Name}/{method.Name}");
    }
}
