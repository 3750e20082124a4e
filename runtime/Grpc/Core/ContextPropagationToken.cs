namespace Grpc.Core;

/// <summary>Stands for a call being served, in the options of one made on its behalf.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
