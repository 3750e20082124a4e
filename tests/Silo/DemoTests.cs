using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Silo.Tests.Processes;

namespace Engine.Silo.Tests;

public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_holds_every_dialogue_of_the_data_and_reads_all_of_it_back()
    {
        var result = await EngineProcess.RunAsync(["demo"]);

        Assert.True(result.ExitCode == 0, result.ToString());
        var turns = Directory.EnumerateFiles(Repository.File("data"), "*.jsonl")
            .SelectMany(File.ReadLines)
            .Where(line => line.Trim().Length > 0)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("turns").EnumerateArray()
                .Select(turn => turn.GetProperty("from").GetString()).ToList())
            .ToList();
        var notes = turns.Sum(dialogue => dialogue.Count(from => from == "note"));
        var messages = turns.Sum(dialogue => dialogue.Count) - notes;
        var closing = ClosingLine().Match(result.Output);
        Assert.True(closing.Success, result.ToString());
        Assert.Equal($"{turns.Count}", closing.Groups["conversations"].Value);
        Assert.Equal($"{messages}", closing.Groups["messages"].Value);
        Assert.Equal($"{notes}", closing.Groups["notes"].Value);

        // As it went: every message has its line, in five languages, and others came in between.
        var lines = result.Output.Split('\n').Where(line => LiveLine().IsMatch(line)).ToList();
        Assert.Equal(messages + notes, lines.Count(line => SaidLine().IsMatch(line)));
        Assert.Equal(["en", "id", "it", "nl", "pt"], lines.Select(line => line[6..8]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Demo_leaves_nothing_behind()
    {
        using var temporary = new TemporaryDirectory();

        var result = await EngineProcess.RunAsync(["demo"], new Dictionary<string, string?> { ["TMPDIR"] = temporary.FullPath });

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(temporary.FullPath), path => Path.GetFileName(path).StartsWith("engine-", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(?<conversations>\d+) conversations held in [\d.]+ s; read back (?<messages>\d+) messages and (?<notes>\d+) notes; 0 differences\.", RegexOptions.Multiline)]
    private static partial Regex ClosingLine();

    [GeneratedRegex(@"^\d\d:\d\d \w\w ")]
    private static partial Regex LiveLine();

    [GeneratedRegex(@"^\d\d:\d\d \w\w .{9} .{18} [<>#] ")]
    private static partial Regex SaidLine();
}
