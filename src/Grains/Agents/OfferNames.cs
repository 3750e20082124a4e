namespace Engine.Grains.Agents;

/// <summary>Offers' names: <c>agents/AGENT/offers/OFFER</c>. An offer's id is its reservation's.</summary>
internal static class OfferNames
{
    private const string Prefix = "agents/";
    private const string Part = "/offers/";

    public static string Of(string agent, string offer) => $"{Prefix}{agent}{Part}{offer}";

    /// <summary>The offer's id; empty when the name is none.</summary>
    public static string IdOf(string name) => Parse(name).Offer;

    /// <summary>The ids; empty when the name is none.</summary>
    public static (string Agent, string Offer) Parse(string name)
    {
        var at = name.IndexOf(Part, StringComparison.Ordinal);
        return at < Prefix.Length || !name.StartsWith(Prefix, StringComparison.Ordinal)
            ? ("", "")
            : (name[Prefix.Length..at], name[(at + Part.Length)..]);
    }
}
