using Engine.Grains.Sla.Clocks;
using NodaTime;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>One thing that happens: other rules from now on, or a commit.</summary>
internal sealed record ClockStep(Instant At, ClockRules? Rules, SlaMoment Moment);
