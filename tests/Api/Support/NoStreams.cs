using System.Reflection;
using Orleans.Streams;

namespace Engine.Api.Tests;

/// <summary>Streams of an edge without a cluster behind it: whatever is asked of them fails.</summary>
public class NoStreams : DispatchProxy
{
    internal static IStreamProvider Provider { get; } = Create<IStreamProvider, NoStreams>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        throw new TimeoutException("There is no cluster.");
}
