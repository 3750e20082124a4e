using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using Engine.Grains.Sla;
using Engine.Internal.V1;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Expectations;

/// <summary>The sentences of a workspace: its own where it has some, the engine's where not. Immutable.</summary>
public sealed partial class SentenceBook
{
    private const int TextBytesMax = 500;
    private const int LanguagesMax = 100;

    private readonly FrozenDictionary<string, ExpectationSentences> _own;

    private SentenceBook(IEnumerable<ExpectationSentences> own) =>
        _own = own.ToFrozenDictionary(sentences => sentences.Language, StringComparer.OrdinalIgnoreCase);

    /// <summary>The engine's own sentences.</summary>
    public static SentenceBook BuiltIn { get; } = new([]);

    /// <summary>A workspace's sentences; refused with every fault they have.</summary>
    public static Decision<SentenceBook> Create(IReadOnlyList<ExpectationSentences> own)
    {
        ArgumentNullException.ThrowIfNull(own);
        var rejection = Rejections.Of(RejectionKind.Invalid, "INVALID_REQUEST", "The sentences are not valid.");
        if (own.Count > LanguagesMax) rejection.At("sentences", "TOO_MANY", $"At most {LanguagesMax} languages.");
        var languages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < own.Count; i++)
        {
            var (sentences, field) = (own[i], $"sentences[{i}]");
            if (!LanguageTag().IsMatch(sentences.Language)) rejection.At($"{field}.language", "INVALID_LANGUAGE", "A BCP 47 tag, for example pt-BR.");
            else if (!languages.Add(sentences.Language)) rejection.At($"{field}.language", "REPEATED", "One entry for each language.");
            Check(rejection, $"{field}.open", sentences.Open, "latest", "likely");
            Check(rejection, $"{field}.closed", sentences.Closed, "opening", "likely", "latest");
            Check(rejection, $"{field}.closed_until_further_notice", sentences.ClosedUntilFurtherNotice, null);
            Check(rejection, $"{field}.unknown", sentences.Unknown, null);
            Check(rejection, $"{field}.revised", sentences.Revised, "latest", "likely");
        }

        return rejection.Fields.Count > 0 ? rejection : new SentenceBook(own);
    }

    /// <summary>What the API answers with.</summary>
    /// <param name="forecast">What to tell: see <see cref="PromiseCore.Shown"/>.</param>
    /// <param name="isRevised">Whether it took the place of an earlier promise.</param>
    /// <param name="language">The customer's, BCP 47.</param>
    /// <param name="fallback">The workspace's, for languages nobody wrote sentences in.</param>
    /// <param name="zone">In whose time: the customer's, or else the team's.</param>
    public ExpectedResponse Tell(Forecast forecast, bool isRevised, string language, string fallback, DateTimeZone zone, Instant now)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(zone);
        var tag = Known(language) ?? Known(fallback) ?? SentenceLanguages.English.Code;
        return new ExpectedResponse
        {
            LikelyTime = forecast.Likely?.ToTimestamp(),
            LatestTime = forecast.Latest?.ToTimestamp(),
            Basis = forecast.Basis,
            Sentence = Sentence(forecast, isRevised, tag, zone, now),
            Language = tag,
            OpeningTime = forecast.Opening?.ToTimestamp(),
            Revised = isRevised,
        };
    }

    private string Sentence(Forecast forecast, bool isRevised, string tag, DateTimeZone zone, Instant now)
    {
        var speech = SentenceLanguages.ByCode.GetValueOrDefault(Primary(tag)) ?? SentenceLanguages.English;
        var own = Own(tag);
        var texts = speech.Texts;
        var text = forecast switch
        {
            { Basis: ExpectationBasis.Closed, Opening: null } => Given(own?.ClosedUntilFurtherNotice) ?? texts.ClosedUntilFurtherNotice,
            { Latest: not null } when isRevised => Given(own?.Revised) ?? texts.Revised,
            { Opening: not null, Latest: null } =>
                Given(own?.Closed) is { } mine && !Names(mine, "latest") && !Names(mine, "likely") ? mine : texts.ClosedOpeningOnly,
            { Opening: not null } => Given(own?.Closed) ?? texts.Closed,
            { Latest: not null } => Given(own?.Open) ?? texts.Open,
            _ => Given(own?.Unknown) ?? texts.Unknown,
        };
        return Fill(text, forecast, speech, zone, now);
    }

    private static string Fill(string text, Forecast forecast, SentenceLanguage speech, DateTimeZone zone, Instant now)
    {
        var today = now.InZone(zone).Date;
        var likely = forecast.Likely?.InZone(zone).LocalDateTime;
        var latest = forecast.Latest?.InZone(zone).LocalDateTime;
        // "today at 14:40, and at 15:10 at the latest": the same day is not said twice.
        var sameDay = likely?.Date == latest?.Date && Names(text, "likely");
        return Placeholder().Replace(text, match => match.Groups[1].Value switch
        {
            "likely" when likely is { } at => speech.When(at, today),
            "latest" when latest is { } at => sameDay ? speech.TimeOnly(at) : speech.When(at, today),
            "opening" when forecast.Opening is { } at => speech.When(at.InZone(zone).LocalDateTime, today),
            _ => match.Value,
        });
    }

    private string? Known(string tag)
    {
        if (Own(tag) is { } own) return own.Language;
        return SentenceLanguages.ByCode.TryGetValue(Primary(tag), out var speech) ? speech.Code : null;
    }

    private ExpectationSentences? Own(string tag) => _own.GetValueOrDefault(tag) ?? _own.GetValueOrDefault(Primary(tag));

    private static string Primary(string tag) => tag.Split('-', 2)[0];

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool Names(string text, string placeholder) => text.Contains($"{{{placeholder}}}", StringComparison.Ordinal);

    private static void Check(Rejection rejection, string field, string text, string? required, params ReadOnlySpan<string> allowed)
    {
        if (text.Length == 0) return;
        if (Encoding.UTF8.GetByteCount(text) > TextBytesMax) rejection.At(field, "TOO_LONG", $"At most {TextBytesMax} bytes.");
        if (required is not null && !Names(text, required)) rejection.At(field, "PLACEHOLDER_MISSING", $"Must name {{{required}}}.");
        foreach (Match match in Placeholder().Matches(text))
        {
            var name = match.Groups[1].Value;
            if (name != required && !allowed.Contains(name)) rejection.At(field, "UNKNOWN_PLACEHOLDER", $"{{{name}}} is not known here.");
        }
    }

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
    private static partial Regex LanguageTag();
}
