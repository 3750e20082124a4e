using Orleans.Runtime.Generated;

namespace Orleans.Runtime;

/// <summary>A host of calls that return sequences.</summary>
internal interface IEnumerationHost
{
    Enumerations Enumerations { get; }
}
