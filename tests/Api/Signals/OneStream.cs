using System.Reflection;

namespace Engine.Api.Tests.Signals;

/// <summary>A provider that gives the same stream to whoever asks for one.</summary>
public class OneStream : DispatchProxy
{
    internal object? Stream { get; set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.Name == "GetStream" ? Stream : throw new NotSupportedException(targetMethod?.Name);
}
