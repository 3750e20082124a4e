using Engine.Runtime.Orleans.Tests.Activation;

namespace Engine.Runtime.Orleans.Tests;

/// <summary>What the tests start of themselves as processes of their own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args is [PressureChild.Name, var mode]
        ? await PressureChild.MainAsync(mode == "sheds")
        : 2;
}
