namespace Engine.Grains.Views;

/// <summary>How many notices there were of one kind.</summary>
/// <param name="Policy">slaPolicies/{sla_policy}.</param>
/// <param name="Metric">The number of the public metric enum.</param>
/// <param name="Kind">The number of the public notice kind enum.</param>
public sealed record SlaFigure(string Policy, int Metric, int Kind, long Count);
