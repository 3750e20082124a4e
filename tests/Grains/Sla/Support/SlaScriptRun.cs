using Engine.Grains.Sla.Clocks;
using Engine.Grains.Sla.Policies;
using Engine.Internal.V1;

namespace Engine.Grains.Tests.Sla.Support;

/// <summary>What came of a script.</summary>
internal sealed record SlaScriptRun(
    SlaState State, IReadOnlyList<SlaEvent> Events, IReadOnlyList<SlaMoment> Moments, SlaCatalog Catalog, IReadOnlyList<string> Notices);
