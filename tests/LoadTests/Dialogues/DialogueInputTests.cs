using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Dialogues;

namespace Engine.LoadTests.Tests.Dialogues;

public sealed class DialogueInputTests : IDisposable
{
    private const string Jsonl = """{"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi"}]}""";
    private const string Abcd = """[{"original":[["customer","hi"]]}]""";
    private const string Bitext = "instruction,response\nhi,ho\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("load-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("d.jsonl", Jsonl)]
    [InlineData("d.json", Abcd)]
    [InlineData("d.csv", Bitext)]
    [InlineData("D.CSV", Bitext)]
    [InlineData("jsonl-without-extension", "\n" + Jsonl)]
    [InlineData("abcd.txt", "  " + Abcd)]
    [InlineData("bitext.txt", Bitext)]
    public void Read_finds_the_format(string name, string text)
    {
        var turn = Assert.Single(DialogueInput.Read(Write(name, text)).Dialogues).Turns[0];
        Assert.Equal((Speaker.Customer, "hi"), (turn.Speaker, turn.Content.Text));
    }

    [Fact]
    public void Read_folder_gives_its_jsonl_files_by_name()
    {
        Write("b.jsonl", Jsonl);
        Write("a.jsonl", Jsonl.Replace("\"hi\"", "\"first\"", StringComparison.Ordinal));
        Write("README.md", "no dialogues");
        Assert.Equal(["first", "hi"], DialogueInput.Read(_folder).Dialogues.Select(d => d.Turns[0].Content.Text));
    }

    [Fact]
    public void Read_nothing_there_is_refused()
    {
        Assert.Throws<UsageException>(() => DialogueInput.Read(Path.Combine(_folder, "none.jsonl")));
        Assert.Throws<UsageException>(() => DialogueInput.Read(_folder));
        Assert.Throws<UsageException>(() => DialogueInput.Read(Write("empty.jsonl", "\n")));
    }

    [Fact]
    public void Read_bytes_that_are_no_text_are_refused()
    {
        var path = Path.Combine(_folder, "latin1.csv");
        File.WriteAllBytes(path, [.. "instruction,response\nol"u8, 0xE1, .. ",ho\n"u8]);
        Assert.Contains("UTF-8", Assert.Throws<UsageException>(() => DialogueInput.Read(path)).Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
