using System.Text;
using Engine.LoadTests.CommandLine;

namespace Engine.LoadTests.Dialogues;

/// <summary>
/// Records of a CSV text by RFC 4180: fields in quotes may hold commas, quotes (doubled) and line ends. Lines end in CRLF or
/// LF; a byte order mark and blank lines are skipped. Anything else that the RFC does not know is refused with its line,
/// because a parser that guesses would make the engine look as if it had changed a text.
/// </summary>
internal static class CsvReader
{
    /// <exception cref="UsageException">The text is no CSV.</exception>
    public static IEnumerable<IReadOnlyList<string>> Read(TextReader reader, string source)
    {
        var field = new StringBuilder();
        var record = new List<string>();
        var line = 1;
        if (reader.Peek() == '\uFEFF') reader.Read();
        while (true)
        {
            var end = ReadField(reader, field, source, ref line);
            record.Add(field.ToString());
            if (end == FieldEnd.Comma) continue;
            var blank = record is [""];
            if (!blank) yield return record;
            if (end == FieldEnd.Input) yield break;
            record = [];
        }
    }

    private static FieldEnd ReadField(TextReader reader, StringBuilder field, string source, ref int line)
    {
        field.Clear();
        if (reader.Peek() == '"')
        {
            reader.Read();
            ReadQuoted(reader, field, source, ref line);
            return reader.Read() switch
            {
                ',' => FieldEnd.Comma,
                -1 => FieldEnd.Input,
                '\n' => EndLine(ref line),
                '\r' when reader.Peek() == '\n' => EndLine(ref line, reader),
                var c => throw new UsageException($"{source}, line {line}: '{(char)c}' follows a closing quote."),
            };
        }

        while (true)
        {
            switch (reader.Read())
            {
                case -1: return FieldEnd.Input;
                case ',': return FieldEnd.Comma;
                case '\n': return EndLine(ref line);
                case '\r' when reader.Peek() == '\n': return EndLine(ref line, reader);
                case '"': throw new UsageException($"{source}, line {line}: a quote inside a field that does not begin with one.");
                case var c: field.Append((char)c); break;
            }
        }
    }

    private static void ReadQuoted(TextReader reader, StringBuilder field, string source, ref int line)
    {
        var begun = line;
        while (true)
        {
            var c = reader.Read();
            if (c < 0) throw new UsageException($"{source}, line {begun}: the quoted field that begins here never ends.");
            if (c == '"')
            {
                if (reader.Peek() != '"') return;
                reader.Read();
            }

            if (c == '\n') line++;
            field.Append((char)c);
        }
    }

    private static FieldEnd EndLine(ref int line, TextReader? feed = null)
    {
        feed?.Read();
        line++;
        return FieldEnd.Line;
    }

    private enum FieldEnd
    {
        Comma,
        Line,
        Input,
    }
}
