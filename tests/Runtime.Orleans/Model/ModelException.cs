namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>What a call of a program throws when it is to throw.</summary>
internal sealed class ModelException(int call) : Exception($"call {call}")
{
    public int Call => call;
}
