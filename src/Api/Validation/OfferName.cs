using Engine.Grains.Ids;

namespace Engine.Api.Validation;

/// <summary>The parts of <c>agents/{agent}/offers/{offer}</c>.</summary>
/// <param name="Agent">The agent's name, <c>agents/{agent}</c>.</param>
/// <param name="Offer">The offer's id.</param>
internal readonly record struct OfferName(string Agent, string Offer)
{
    private const string Between = "/offers/";

    public static OfferName Parse(string name) =>
        TryParse(name, out var parsed) ? parsed : throw new FormatException("Not a name of the form agents/ID/offers/ID.");

    public static bool TryParse(string name, out OfferName parsed)
    {
        var at = name.IndexOf(Between, StringComparison.Ordinal);
        var isName = at > 0 && AgentId.TryParse(name[..at], out _) && IdText.IsValid(name[(at + Between.Length)..]);
        parsed = isName ? new OfferName(name[..at], name[(at + Between.Length)..]) : default;
        return isName;
    }
}
