using Engine.Grains.Expectations;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Tests.Expectations;

/// <summary>What the customer reads. It is Friday, 16 January 2026, noon in Lisbon.</summary>
public sealed class SentenceTests
{
    private static readonly DateTimeZone Lisbon = DateTimeZoneProviders.Tzdb["Europe/Lisbon"];
    private static readonly Instant Noon = Instant.FromUtc(2026, 1, 16, 12, 0);

    [Theory]
    [InlineData("en", "We will probably answer today at 14:40, and at 15:10 at the latest.")]
    [InlineData("pt-BR", "Responderemos provavelmente hoje às 14:40 e, o mais tardar, às 15:10.")]
    [InlineData("it", "Risponderemo probabilmente oggi alle 14:40 e, al più tardi, alle 15:10.")]
    [InlineData("nl-NL", "U krijgt waarschijnlijk vandaag om 14:40 antwoord van ons, en uiterlijk om 15:10.")]
    [InlineData("id", "Kami kemungkinan membalas hari ini pukul 14.40, dan paling lambat pukul 15.10.")]
    public void While_open(string language, string sentence) =>
        Assert.Equal(sentence, Tell(new Forecast(At(16, 14, 40), At(16, 15, 10), ExpectationBasis.Live), language));

    [Theory]
    [InlineData("en", "We are closed now and will be back on Monday at 09:00. You will have our answer on Monday at 10:30 at the latest.")]
    [InlineData("pt", "Neste momento estamos fechados e voltamos na segunda-feira às 09:00. Responderemos, o mais tardar, na segunda-feira às 10:30.")]
    [InlineData("it", "Al momento siamo chiusi e torniamo lunedì alle 09:00. Risponderemo, al più tardi, lunedì alle 10:30.")]
    [InlineData("nl", "We zijn nu gesloten en zijn maandag om 09:00 weer terug. U krijgt uiterlijk maandag om 10:30 antwoord.")]
    [InlineData("id", "Saat ini kami tutup dan buka kembali hari Senin pukul 09.00. Kami membalas paling lambat hari Senin pukul 10.30.")]
    public void While_closed(string language, string sentence) => Assert.Equal(
        sentence, Tell(new Forecast(At(19, 9, 30), At(19, 10, 30), ExpectationBasis.Closed, At(19, 9, 0)), language));

    [Theory]
    [InlineData("en", "We will probably answer tomorrow at 09:30, and on 24 January at 11:00 at the latest.")]
    [InlineData("pt", "Responderemos provavelmente amanhã às 09:30 e, o mais tardar, no dia 24 de janeiro às 11:00.")]
    [InlineData("it", "Risponderemo probabilmente domani alle 09:30 e, al più tardi, il 24 gennaio alle 11:00.")]
    [InlineData("nl", "U krijgt waarschijnlijk morgen om 09:30 antwoord van ons, en uiterlijk op 24 januari om 11:00.")]
    [InlineData("id", "Kami kemungkinan membalas besok pukul 09.30, dan paling lambat tanggal 24 Januari pukul 11.00.")]
    public void On_other_days(string language, string sentence) =>
        Assert.Equal(sentence, Tell(new Forecast(At(17, 9, 30), At(24, 11, 0), ExpectationBasis.History), language));

    [Fact]
    public void Every_language_has_words_for_every_case()
    {
        var forecasts = new[]
        {
            new Forecast(At(16, 14, 40), At(16, 15, 10), ExpectationBasis.Live),
            new Forecast(At(19, 9, 30), At(19, 10, 30), ExpectationBasis.Closed, At(19, 9, 0)),
            new Forecast(null, null, ExpectationBasis.Closed, At(19, 9, 0)),
            new Forecast(null, null, ExpectationBasis.Closed),
            new Forecast(null, null, ExpectationBasis.Unknown),
        };
        var all = new HashSet<string>();
        foreach (var language in new[] { "en", "pt", "it", "nl", "id" })
        {
            foreach (var isRevised in new[] { false, true })
            {
                foreach (var forecast in forecasts)
                {
                    var told = SentenceBook.BuiltIn.Tell(forecast, isRevised, language, "", Lisbon, Noon);
                    Assert.Equal(language, told.Language);
                    Assert.DoesNotContain('{', told.Sentence);
                    all.Add(told.Sentence);
                }
            }

            // Every day of the week and of the month, every month.
            for (var day = 0; day < 366; day++)
            {
                var at = Noon + Duration.FromDays(day);
                var sentence = Tell(new Forecast(at, at + Duration.FromHours(1), ExpectationBasis.Sla), language);
                Assert.DoesNotContain('{', sentence);
            }
        }

        // Five cases, and two of them otherwise when revised, in five languages.
        Assert.Equal(5 * 7, all.Count);
    }

    [Fact]
    public void A_language_nobody_writes_falls_back_to_the_workspace_and_then_to_English()
    {
        var unknown = new Forecast(null, null, ExpectationBasis.Unknown);
        Assert.Equal("it", SentenceBook.BuiltIn.Tell(unknown, false, "ja", "it", Lisbon, Noon).Language);
        Assert.Equal("en", SentenceBook.BuiltIn.Tell(unknown, false, "ja", "ko", Lisbon, Noon).Language);
    }

    [Fact]
    public void A_workspace_replaces_what_it_likes()
    {
        var book = SentenceBook.Create(
        [
            new ExpectationSentences { Language = "pt-BR", Open = "A gente responde até {latest}!" },
            new ExpectationSentences { Language = "de", Open = "Antwort bis {latest}." },
        ]).Change!;
        var open = new Forecast(At(16, 14, 40), At(16, 15, 10), ExpectationBasis.Live);
        var unknown = new Forecast(null, null, ExpectationBasis.Unknown);

        Assert.Equal("A gente responde até hoje às 15:10!", book.Tell(open, false, "pt-BR", "en", Lisbon, Noon).Sentence);
        Assert.Equal("Responderemos provavelmente hoje às 14:40 e, o mais tardar, às 15:10.", book.Tell(open, false, "pt", "en", Lisbon, Noon).Sentence);
        Assert.Equal("Recebemos a sua mensagem e responderemos assim que possível.", book.Tell(unknown, false, "pt-BR", "en", Lisbon, Noon).Sentence);
        Assert.Equal("de", book.Tell(open, false, "de-AT", "en", Lisbon, Noon).Language);
    }

    [Fact]
    public void Faulty_sentences_are_refused_together()
    {
        var rejection = SentenceBook.Create(
        [
            new ExpectationSentences { Language = "portuguese!", Open = "soon" },
            new ExpectationSentences { Language = "en", Closed = "back {opening} {when}", Unknown = new string('x', 501) },
            new ExpectationSentences { Language = "EN" },
        ]).Rejection;
        Assert.Equal(
            [
                "sentences[0].language INVALID_LANGUAGE", "sentences[0].open PLACEHOLDER_MISSING", "sentences[1].closed UNKNOWN_PLACEHOLDER",
                "sentences[1].unknown TOO_LONG", "sentences[2].language REPEATED",
            ],
            rejection!.Fields.Select(f => $"{f.Field} {f.Reason}"));
    }

    private static string Tell(Forecast forecast, string language) => SentenceBook.BuiltIn.Tell(forecast, false, language, "", Lisbon, Noon).Sentence;

    private static Instant At(int day, int hour, int minute) => Instant.FromUtc(2026, 1, day, hour, minute);
}
