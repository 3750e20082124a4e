using Engine.V1;

namespace Engine.LoadTests.Shift.Observing;

/// <summary>What a conversation asks of its agent, as its customer asked for it.</summary>
internal sealed record Wishes(string Language, IReadOnlyList<SkillRequirement> Skills)
{
    public static Wishes None { get; } = new("", []);
}
