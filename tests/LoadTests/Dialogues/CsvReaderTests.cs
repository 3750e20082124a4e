using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Dialogues;

namespace Engine.LoadTests.Tests.Dialogues;

public sealed class CsvReaderTests
{
    public static TheoryData<string, string[][]> Valid => new()
    {
        { "", [] },
        { "a,b", [["a", "b"]] },
        { "a,b\n", [["a", "b"]] },
        { "a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]] },
        { "\uFEFFa,b\nc,d", [["a", "b"], ["c", "d"]] },
        { "\"a\"", [["a"]] },
        { "\"a,b\",c", [["a,b", "c"]] },
        { "\"say \"\"yes\"\"\",x", [["say \"yes\"", "x"]] },
        { "\"\"\"\"", [["\""]] },
        { "\"one\r\ntwo\n\nthree\",x\ny,z", [["one\r\ntwo\n\nthree", "x"], ["y", "z"]] },
        { "a,,b,\n,", [["a", "", "b", ""], ["", ""]] },
        { "a,\"\",b", [["a", "", "b"]] },
        { "a\n\n\r\nb\n", [["a"], ["b"]] },
        { " a , \tb ", [[" a ", " \tb "]] },
        { "a\rb,c", [["a\rb", "c"]] },
        { "ação,日本語,😀", [["ação", "日本語", "😀"]] },
    };

    public static TheoryData<string, string> Invalid => new()
    {
        { "\"never closed", "line 1" },
        { "a\n\"never\nclosed", "line 2" },
        { "\"a\"b", "line 1" },
        { "x\n\"a\" ,b", "line 2" },
        { "5\" screen,x", "line 1" },
        { "\"one\ntwo\"\nx\"", "line 3" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void Read_valid_text_gives_its_records(string text, string[][] records) =>
        Assert.Equal(records, CsvReader.Read(new StringReader(text), "f.csv").Select(r => r.ToArray()));

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Read_invalid_text_is_refused_with_its_line(string text, string where)
    {
        var e = Assert.Throws<UsageException>(() => CsvReader.Read(new StringReader(text), "f.csv").ToList());
        Assert.Contains("f.csv, " + where + ":", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_what_was_quoted_is_what_was_written()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        const string Alphabet = "ab ,\"\r\n;é😀";
        for (var i = 0; i < 500; i++)
        {
            var records = Enumerable.Range(0, random.Next(1, 5))
                .Select(_ => Enumerable.Range(0, 3).Select(_ => Text()).ToArray())
                .ToArray();
            var csv = string.Join("\r\n", records.Select(r => string.Join(',', r.Select(Quote))));
            Assert.True(
                records.SelectMany(r => r).SequenceEqual(CsvReader.Read(new StringReader(csv), "f").SelectMany(r => r)),
                $"seed {seed}, step {i}");
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
        static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
