using System.Text.Json.Serialization;

namespace Engine.LoadTests.Routing.Durable;

/// <summary>The outcome of <c>bench routing durable</c>.</summary>
internal sealed record DurableRoutingReport
{
    public required IReadOnlyList<DurableRoutingSize> Sizes { get; init; }

    public required int Processors { get; init; }

    public required string LoadAverage { get; init; }

    [JsonIgnore]
    public bool Passed => Sizes.Count > 0 && Sizes.All(s => s.Harms == 0);
}
