using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>A promise in place of one that could not be kept.</summary>
/// <param name="At">When it was revised: before the first latest instant.</param>
/// <param name="Likely">The likely instant.</param>
/// <param name="Latest">The latest instant; later than the first.</param>
public sealed record PromiseRevision(Instant At, Instant Likely, Instant Latest);
