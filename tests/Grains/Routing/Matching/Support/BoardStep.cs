using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Routing.Matching.Support;

/// <summary>Something that happens to a board, some seconds after what came before.</summary>
internal sealed record BoardStep(int After, StepKind Kind)
{
    public WaitingConversation? Conversation { get; init; }

    public AgentRouting? Agent { get; init; }

    public Queue? Queue { get; init; }

    public string Id { get; init; } = "";

    public string Other { get; init; } = "";

    public int Number { get; init; }

    public int Until { get; init; }

    public int Again { get; init; }

    public override string ToString() =>
        $"+{After}s {Kind} {Id} {Other} {Number} {Again} {Until} {Conversation}{Agent}{Queue}{Environment.NewLine}";
}
