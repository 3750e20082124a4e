using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Support;

internal static class Callers
{
    public const string Workspace = "shop";

    public static Caller Admin { get; } = new() { Workspace = Workspace, Key = "admin1", Role = Role.Admin };

    public static Caller Integration { get; } = new() { Workspace = Workspace, Key = "program1", Role = Role.Integration };

    public static Caller Agent(string agent) => new() { Workspace = Workspace, Key = $"key-{agent}", Role = Role.Agent, Agent = agent };
}
