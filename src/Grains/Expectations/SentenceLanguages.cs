using System.Collections.Frozen;
using System.Globalization;

namespace Engine.Grains.Expectations;

/// <summary>The languages the engine speaks by itself.</summary>
internal static class SentenceLanguages
{
    public static SentenceLanguage English { get; } = new()
    {
        Code = "en",
        Texts = new SentenceTexts(
            "We will probably answer {likely}, and {latest} at the latest.",
            "We are closed now and will be back {opening}. You will have our answer {latest} at the latest.",
            "We are closed now and will be back {opening}.",
            "We are closed now. We have your message and will answer when we are back.",
            "We have your message and will answer as soon as we can.",
            "Our answer takes longer than we said; we are sorry. You will have it {latest} at the latest."),
        Time = "at {t}",
        Today = "today",
        Tomorrow = "tomorrow",
        Weekdays = ["on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday", "on Sunday"],
        Date = "on {d} {m}",
        Months =
        [
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ],
    };

    public static SentenceLanguage Portuguese { get; } = new()
    {
        Code = "pt",
        Texts = new SentenceTexts(
            "Responderemos provavelmente {likely} e, o mais tardar, {latest}.",
            "Neste momento estamos fechados e voltamos {opening}. Responderemos, o mais tardar, {latest}.",
            "Neste momento estamos fechados e voltamos {opening}.",
            "Neste momento estamos fechados. Recebemos a sua mensagem e responderemos quando voltarmos.",
            "Recebemos a sua mensagem e responderemos assim que possível.",
            "A resposta vai demorar mais do que dissemos; pedimos desculpa. Responderemos, o mais tardar, {latest}."),
        Time = "às {t}",
        Today = "hoje",
        Tomorrow = "amanhã",
        Weekdays =
        [
            "na segunda-feira", "na terça-feira", "na quarta-feira", "na quinta-feira", "na sexta-feira", "no sábado", "no domingo",
        ],
        Date = "no dia {d} de {m}",
        Months =
        [
            "janeiro", "fevereiro", "março", "abril", "maio", "junho",
            "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
        ],
    };

    public static SentenceLanguage Italian { get; } = new()
    {
        Code = "it",
        Texts = new SentenceTexts(
            "Risponderemo probabilmente {likely} e, al più tardi, {latest}.",
            "Al momento siamo chiusi e torniamo {opening}. Risponderemo, al più tardi, {latest}.",
            "Al momento siamo chiusi e torniamo {opening}.",
            "Al momento siamo chiusi. Abbiamo ricevuto il messaggio e risponderemo al nostro ritorno.",
            "Abbiamo ricevuto il messaggio e risponderemo appena possibile.",
            "La risposta richiede più tempo di quanto detto; ci scusiamo. Risponderemo, al più tardi, {latest}."),
        Time = "alle {t}",
        Today = "oggi",
        Tomorrow = "domani",
        Weekdays = ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        Date = "{d} {m}",
        Day = day => day switch
        {
            1 => "il 1º",
            8 or 11 => string.Create(CultureInfo.InvariantCulture, $"l'{day}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"il {day}"),
        },
        Months =
        [
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
            "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
        ],
    };

    public static SentenceLanguage Dutch { get; } = new()
    {
        Code = "nl",
        Texts = new SentenceTexts(
            "U krijgt waarschijnlijk {likely} antwoord van ons, en uiterlijk {latest}.",
            "We zijn nu gesloten en zijn {opening} weer terug. U krijgt uiterlijk {latest} antwoord.",
            "We zijn nu gesloten en zijn {opening} weer terug.",
            "We zijn nu gesloten. We hebben uw bericht ontvangen en antwoorden zodra we terug zijn.",
            "We hebben uw bericht ontvangen en antwoorden zo snel mogelijk.",
            "Ons antwoord duurt langer dan gezegd; onze excuses. U krijgt het uiterlijk {latest}."),
        Time = "om {t}",
        Today = "vandaag",
        Tomorrow = "morgen",
        Weekdays = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
        Date = "op {d} {m}",
        Months =
        [
            "januari", "februari", "maart", "april", "mei", "juni",
            "juli", "augustus", "september", "oktober", "november", "december",
        ],
    };

    public static SentenceLanguage Indonesian { get; } = new()
    {
        Code = "id",
        Texts = new SentenceTexts(
            "Kami kemungkinan membalas {likely}, dan paling lambat {latest}.",
            "Saat ini kami tutup dan buka kembali {opening}. Kami membalas paling lambat {latest}.",
            "Saat ini kami tutup dan buka kembali {opening}.",
            "Saat ini kami tutup. Pesan Anda sudah kami terima dan akan kami balas saat kami buka kembali.",
            "Pesan Anda sudah kami terima dan akan kami balas secepatnya.",
            "Balasan kami memerlukan waktu lebih lama dari yang kami sampaikan; mohon maaf. Kami membalas paling lambat {latest}."),
        Time = "pukul {t}",
        TimeSeparator = ".",
        Today = "hari ini",
        Tomorrow = "besok",
        Weekdays = ["hari Senin", "hari Selasa", "hari Rabu", "hari Kamis", "hari Jumat", "hari Sabtu", "hari Minggu"],
        Date = "tanggal {d} {m}",
        Months =
        [
            "Januari", "Februari", "Maret", "April", "Mei", "Juni",
            "Juli", "Agustus", "September", "Oktober", "November", "Desember",
        ],
    };

    public static FrozenDictionary<string, SentenceLanguage> ByCode { get; } =
        new[] { English, Portuguese, Italian, Dutch, Indonesian }.ToFrozenDictionary(language => language.Code, StringComparer.OrdinalIgnoreCase);
}
