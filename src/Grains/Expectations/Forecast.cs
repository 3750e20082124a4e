using Engine.V1;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>When an answer can be expected.</summary>
/// <param name="Likely">As likely before as after. Null: not known.</param>
/// <param name="Latest">Nine times of ten before; later than <paramref name="Likely"/>. Null with it.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Opening">While closed: when the team is back. Null: it is there, or does not come back.</param>
public sealed record Forecast(Instant? Likely, Instant? Latest, ExpectationBasis Basis, Instant? Opening = null);
