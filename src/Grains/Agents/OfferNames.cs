namespace Engine.Grains.Agents;

/// <summary>Offers' names: <c>agents/AGENT/offers/OFFER</c>. An offer's id is its reservation's.</summary>
internal static class OfferNames
{
    private const string Part = "/offers/";

    public static string Of(string agent, string offer) => $"agents/{agent}{Part}{offer}";

    /// <summary>The offer's id; empty when the name is none.</summary>
    public static string IdOf(string name)
    {
        var at = name.IndexOf(Part, StringComparison.Ordinal);
        return at < 0 ? "" : name[(at + Part.Length)..];
    }
}
