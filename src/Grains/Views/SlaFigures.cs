namespace Engine.Grains.Views;

/// <summary>How promises were kept in a stretch of time.</summary>
/// <param name="Outcomes">By policy, metric and kind, in this order.</param>
public sealed record SlaFigures(IReadOnlyList<SlaFigure> Outcomes, PromiseFigures Promises);
