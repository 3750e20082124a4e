using System.Globalization;
using Engine.LoadTests.CommandLine;
using Engine.V1;

namespace Engine.LoadTests.Dialogues;

/// <summary>
/// The Bitext question and answer CSV: each row is a customer's request (<c>instruction</c>) and an agent's answer
/// (<c>response</c>), a dialogue of two turns.
/// </summary>
internal static class BitextReader
{
    /// <exception cref="UsageException">The text is no such CSV.</exception>
    public static DialogueSet Read(TextReader reader, string source)
    {
        using var records = CsvReader.Read(reader, source).GetEnumerator();
        if (!records.MoveNext()) throw new UsageException($"{source} is empty.");
        var header = records.Current;
        var request = Column(header, "instruction", source);
        var answer = Column(header, "response", source);

        var dialogues = new List<Dialogue>();
        var blank = 0;
        for (var row = 2; records.MoveNext(); row++)
        {
            var record = records.Current;
            if (record.Count != header.Count)
                throw new UsageException(
                    $"{source}, record {row}: {record.Count} fields where the header has {header.Count}.");
            var turns = new List<Turn>(2);
            Add(turns, Speaker.Customer, record[request], ref blank);
            Add(turns, Speaker.Agent, record[answer], ref blank);
            if (turns.Count == 0) continue;
            dialogues.Add(new Dialogue(
                string.Create(CultureInfo.InvariantCulture, $"record {row}"), "web", "", "en", "", turns));
        }

        return new DialogueSet(dialogues, blank);
    }

    private static void Add(List<Turn> turns, Speaker speaker, string text, ref int blank)
    {
        if (string.IsNullOrWhiteSpace(text)) blank++;
        else turns.Add(new Turn(speaker, new Content { Text = text }));
    }

    private static int Column(IReadOnlyList<string> header, string name, string source)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i] == name) return i;
        }

        throw new UsageException($"{source} has no column '{name}'.");
    }
}
