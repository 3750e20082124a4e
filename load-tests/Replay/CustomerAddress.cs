using System.Globalization;

namespace Engine.LoadTests.Replay;

/// <summary>An address that nobody has, of the kind its channel expects, unique for a dialogue of a run.</summary>
internal static class CustomerAddress
{
    /// <param name="run">A number below a billion that tells runs apart.</param>
    /// <param name="dialogue">The dialogue's number in the run.</param>
    public static string Create(string channel, int run, int dialogue) => channel switch
    {
        "email" => string.Create(CultureInfo.InvariantCulture, $"customer-{run}-{dialogue}@example.com"),
        // Longer than any telephone number can be (E.164: 15 digits), so that it is nobody's.
        "sms" or "whatsapp" or "phone" or "rcs" =>
            string.Create(CultureInfo.InvariantCulture, $"+155501{run:000000000}{dialogue:0000000}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{channel}-{run}-{dialogue}"),
    };
}
