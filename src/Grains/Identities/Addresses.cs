using Engine.V1;

namespace Engine.Grains.Identities;

/// <summary>One spelling for each address, so that one person is not two customers.</summary>
public static class Addresses
{
    private static readonly HashSet<string> Telephone = ["sms", "whatsapp", "phone", "rcs"];

    /// <summary>
    /// Surrounding space removed and lower case; on telephone channels '+' and digits only, with a leading 00 as '+'. Empty
    /// when nothing is left.
    /// </summary>
    public static Identity Normalize(Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new Identity { Channel = identity.Channel, Address = Normalize(identity.Channel, identity.Address) };
    }

    /// <inheritdoc cref="Normalize(Identity)"/>
    public static string Normalize(string channel, string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var text = address.Trim().Normalize();
        if (!Telephone.Contains(channel)) return text.ToLowerInvariant();
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        if (digits.Length == 0) return "";
        if (text.StartsWith('+')) return "+" + digits;
        return digits.StartsWith("00", StringComparison.Ordinal) ? "+" + digits[2..] : digits;
    }
}
