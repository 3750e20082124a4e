using System.Text;
using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Dialogues;

namespace Engine.LoadTests.Tests.Dialogues;

public sealed class AbcdReaderTests
{
    private const string One = """
        {"convo_id": 12, "scenario": {"personal": {"customer_name": "ada example"}},
         "original": [["agent", "Hi!"], ["agent", "How can I help?"], ["customer", "A \"return\""],
                      ["action", "Account pulled up."], ["customer", "  "], ["customer", "bye"]],
         "delexed": []}
        """;

    [Fact]
    public void Read_keeps_consecutive_turns_and_makes_actions_notes()
    {
        var set = Read($"[{One}]");
        var dialogue = Assert.Single(set.Dialogues);
        Assert.Equal(
            [
                (Speaker.Agent, "Hi!"), (Speaker.Agent, "How can I help?"), (Speaker.Customer, "A \"return\""),
                (Speaker.Note, "Account pulled up."), (Speaker.Customer, "bye"),
            ],
            dialogue.Turns.Select(t => (t.Speaker, t.Content.Text)));
        Assert.Equal("convo 12", dialogue.Id);
        Assert.Equal("ada example", dialogue.DisplayName);
        Assert.Equal(1, set.BlankTurns);
    }

    [Fact]
    public void Read_object_of_lists_gives_all_of_them() =>
        Assert.Equal(3, Read($$"""{"train": [{{One}}, {{One}}], "dev": [], "test": [{{One}}]}""").Dialogues.Count);

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("[", "no JSON")]
    [InlineData("7", "a list of dialogues")]
    [InlineData("""{"original": [], "convo_id": 1}""", "a list of dialogues")]
    [InlineData("[7]", "a list 'original'")]
    [InlineData("""[{"delexed": []}]""", "a list 'original'")]
    [InlineData("""[{"original": [["agent"]]}]""", "must be [speaker, text]")]
    [InlineData("""[{"original": [["agent", 7]]}]""", "must be [speaker, text]")]
    [InlineData("""[{"original": [["clerk", "hm"]]}]""", "unknown speaker 'clerk'")]
    public void Read_other_shape_is_refused(string json, string message)
    {
        var e = Assert.Throws<UsageException>(() => Read(json));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    private static DialogueSet Read(string json) =>
        AbcdReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), "f.json");
}
