using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.LoadTests.Dialogues;
using Engine.V1;

namespace Engine.LoadTests.Tests.Dialogues;

/// <summary>What data/README.md promises about the dialogues in data/.</summary>
public sealed partial class SampleDataTests
{
    public static TheoryData<string> Files => [.. RepositoryFiles.Dialogues.Select(f => Path.GetFileName(f)!)];

    [Fact]
    public void Five_languages_are_there() =>
        Assert.Equal(
            ["shop-morning.en.jsonl", "shop-morning.id.jsonl", "shop-morning.it.jsonl", "shop-morning.nl.jsonl", "shop-morning.pt.jsonl"],
            RepositoryFiles.Dialogues.Select(Path.GetFileName));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_dialogue_can_be_played(string file)
    {
        var set = DialogueInput.Read(Path.Combine(RepositoryFiles.Data, file));
        Assert.InRange(set.Dialogues.Count, 5, 8);
        var language = file.Split('.')[1];
        foreach (var dialogue in set.Dialogues)
        {
            Assert.StartsWith(language, dialogue.Language, StringComparison.Ordinal);
            Assert.Matches("^[a-z][a-z0-9-]{0,31}$", dialogue.Channel);
            Assert.InRange(dialogue.Turns.Count, 4, 12);
            Assert.Equal(Speaker.Customer, dialogue.Turns[0].Speaker);
            Assert.Contains(dialogue.Turns, t => t.Speaker == Speaker.Agent);
            // Who waits for the customer, or sets aside, has spoken last.
            if (dialogue.Ends != Ending.Resolved) Assert.NotEqual(Speaker.Customer, dialogue.Turns[^1].Speaker);
        }
    }

    [Fact]
    public void All_kinds_of_content_and_several_channels_occur()
    {
        var dialogues = DialogueInput.Read(RepositoryFiles.Data).Dialogues;
        var kinds = dialogues.SelectMany(d => d.Turns).Select(t => t.Content.RichCase).ToHashSet();
        Assert.Equal(Enum.GetValues<Content.RichOneofCase>().ToHashSet(), kinds);
        Assert.Contains(dialogues.SelectMany(d => d.Turns), t => t.Content.Attachments.Count > 0);
        Assert.Equal(
            ["email", "instagram", "sms", "web", "whatsapp"], dialogues.Select(d => d.Channel).Distinct().Order());
        Assert.Equal(Enum.GetValues<Ending>().ToHashSet(), dialogues.Select(d => d.Ends).ToHashSet());
        Assert.Equal(Enum.GetValues<Speaker>().ToHashSet(), dialogues.SelectMany(d => d.Turns).Select(t => t.Speaker).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Nobody_real_is_in_them(string file)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFiles.Data, file));
        Assert.All(Hosts().Matches(text), m => Assert.Matches(@"(^|\.)example\.(com|net|org)$", m.Groups[1].Value));
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var channel = json.RootElement.GetProperty("channel").GetString();
            var address = json.RootElement.GetProperty("customer").GetProperty("address").GetString()!;
            if (channel is "sms" or "whatsapp") Assert.Matches(@"^\+1-555-01\d\d$", address);
            if (channel == "email") Assert.Matches(@"@example\.(com|net|org)$", address);
        }
    }

    [GeneratedRegex(@"(?:https?://|@)([a-z0-9.-]+\.[a-z]{2,})")]
    private static partial Regex Hosts();
}
