namespace Engine.Runtime.Orleans.Tests.Support;

/// <summary>A test of a documented behaviour.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BehaviourAttribute : FactAttribute
{
    /// <param name="page">The page that documents it.</param>
    public BehaviourAttribute(string page) => Page = page;

    public string Page { get; }
}
