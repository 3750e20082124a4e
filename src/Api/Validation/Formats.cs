using System.Buffers;
using Engine.Grains.Ids;

namespace Engine.Api.Validation;

/// <summary>What texts look like. Each is true or false for a text that is not empty.</summary>
internal static class Formats
{
    public const int UrlBytesMax = 2_048;

    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    private static readonly SearchValues<char> Labels = SearchValues.Create(Lower + Digits + "-_:.");
    private static readonly SearchValues<char> Words = SearchValues.Create(Lower + Digits + "-_");
    private static readonly SearchValues<char> Slugs = SearchValues.Create(Lower + Digits + "-");

    // RFC 6838: letters, digits and these; parameters may follow.
    private static readonly SearchValues<char> MediaTypes =
        SearchValues.Create(Lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits + "!#$&-^_.+");

    public static bool IsId(string text) => IdText.IsValid(text);

    public static bool IsCustomerName(string text) => CustomerId.TryParse(text, out _);

    public static bool IsConversationName(string text) => ConversationId.TryParse(text, out _);

    public static bool IsAgentName(string text) => AgentId.TryParse(text, out _);

    public static bool IsKeyName(string text) => TryParse("keys/", text, out _);

    public static bool IsQueueName(string text) => IsWordName("queues/", text);

    public static bool IsSlaPolicyName(string text) => IsWordName("slaPolicies/", text);

    public static bool IsCalendarName(string text) => IsWordName("calendars/", text);

    public static bool IsOfferName(string text) => OfferName.TryParse(text, out _);

    public static bool IsWorkspaceName(string text) =>
        text.StartsWith("workspaces/", StringComparison.Ordinal) && IsWorkspaceId(text["workspaces/".Length..]);

    /// <summary>3 to 40 lower-case letters, digits and '-', beginning with a letter.</summary>
    public static bool IsWorkspaceId(string text) =>
        text.Length is >= 3 and <= 40 && char.IsAsciiLetterLower(text[0]) && !text.AsSpan().ContainsAnyExcept(Slugs);

    public static bool IsChannel(string text) =>
        text.Length <= 32 && char.IsAsciiLetterLower(text[0]) && !text.AsSpan().ContainsAnyExcept(Slugs);

    public static bool IsLabel(string text) => text.Length <= 64 && !text.AsSpan().ContainsAnyExcept(Labels);

    public static bool IsWord(string text) => text.Length <= 64 && !text.AsSpan().ContainsAnyExcept(Words);

    /// <summary>'+' and 5 to 15 digits.</summary>
    public static bool IsPhoneNumber(string text) =>
        text.Length is >= 6 and <= 16 && text[0] == '+' && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');

    public static bool IsCurrency(string text) =>
        text.Length == 3 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1]) && char.IsAsciiLetterUpper(text[2]);

    /// <summary>The shape of BCP 47: subtags of one to eight letters and digits, the first one letters.</summary>
    public static bool IsLanguage(string text)
    {
        if (text.Length > 35) return false;
        var subtag = 0;
        var isFirst = true;
        foreach (var c in text)
        {
            if (c == '-')
            {
                if (subtag == 0 || (isFirst && subtag < 2)) return false;
                (subtag, isFirst) = (0, false);
            }
            else if (char.IsAsciiLetter(c) || (!isFirst && char.IsAsciiDigit(c)))
            {
                if (++subtag > 8) return false;
            }
            else
            {
                return false;
            }
        }

        return subtag >= (isFirst ? 2 : 1);
    }

    public static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.Host.Length > 0
        // Uri forgives surrounding space and other schemes' habits; what is stored is the text as given.
        && text.StartsWith(uri.Scheme + "://", StringComparison.OrdinalIgnoreCase)
        && !text.AsSpan().ContainsAnyInRange('\0', ' ');

    public static bool IsMediaType(string text)
    {
        var end = text.IndexOf(';', StringComparison.Ordinal);
        var name = (end < 0 ? text.AsSpan() : text.AsSpan(0, end)).TrimEnd(' ');
        var slash = name.IndexOf('/');
        return slash > 0 && slash < name.Length - 1
            && !name[..slash].ContainsAnyExcept(MediaTypes)
            && !name[(slash + 1)..].ContainsAnyExcept(MediaTypes);
    }

    /// <summary>The id in <c>prefix/id</c>.</summary>
    public static bool TryParse(string prefix, string name, out string id)
    {
        id = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : "";
        return IdText.IsValid(id);
    }

    private static bool IsWordName(string prefix, string name) =>
        name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal) && IsWord(name[prefix.Length..]);
}
