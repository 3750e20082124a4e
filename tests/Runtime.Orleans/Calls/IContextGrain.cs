namespace Engine.Runtime.Orleans.Tests.Calls;

public interface IContextGrain : IGrainWithStringKey
{
    Task<string?> Get(string name);

    Task Set(string name, string value);

    Task<string?> GetVia(string otherKey, string name);

    Task<string?> SeenOnActivation();
}
