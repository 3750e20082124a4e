namespace Orleans.Runtime;

/// <summary>What flows with a call. Never changed once it flows.</summary>
internal sealed record RequestContextData(Dictionary<string, object>? Values, Guid ReentrancyId);
