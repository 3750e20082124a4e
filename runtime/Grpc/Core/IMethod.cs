namespace Grpc.Core;

/// <summary>A method without the types of its messages.</summary>
public interface IMethod
{
    MethodType Type { get; }

    /// <summary>With its package: <c>engine.v1.ConversationService</c>.</summary>
    string ServiceName { get; }

    string Name { get; }

    /// <summary>The HTTP/2 path: <c>/engine.v1.ConversationService/GetConversation</c>.</summary>
    string FullName { get; }
}
