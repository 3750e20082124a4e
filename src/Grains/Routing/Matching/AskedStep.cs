namespace Engine.Grains.Routing.Matching;

/// <summary>What is not asked for any more, and who is asked too, after some of a queue's relax steps: they add up.</summary>
/// <param name="After">Ticks of waiting.</param>
internal sealed record AskedStep(
    long After, IReadOnlySet<string> DroppedSkills, bool DropsAllSkills, bool DropsLanguage, IReadOnlySet<string> Queues);
