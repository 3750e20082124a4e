using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Dialogues;
using Engine.V1;

namespace Engine.LoadTests.Tests.Dialogues;

public sealed class JsonlReaderTests
{
    private const string Good = """
        {"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi"}]}
        """;

    [Fact]
    public void Read_all_fields()
    {
        var dialogue = Assert.Single(Read("""
            {"id":"a-1","language":"pt-BR","channel":"email","customer":{"display_name":"Ana","address":"ana@example.com"},"subject":"Olá","turns":[{"from":"customer","text":"oi"},{"from":"note","text":"n"},{"from":"bot","text":"b"},{"from":"agent","text":"t","rich":{"quick_replies":{"replies":[{"title":"Sim","payload":"s"}]}}}],"ends":"snoozed"}
            """).Dialogues);
        Assert.Equal(
            ("a-1", "pt-BR", "email", "Ana", "Olá", Ending.Snoozed),
            (dialogue.Id, dialogue.Language, dialogue.Channel, dialogue.DisplayName, dialogue.Subject, dialogue.Ends));
        Assert.Equal(
            [Speaker.Customer, Speaker.Note, Speaker.Bot, Speaker.Agent], dialogue.Turns.Select(t => t.Speaker));
        var expected = new Content { Text = "t", QuickReplies = new() { Replies = { new QuickReply { Title = "Sim", Payload = "s" } } } };
        Assert.Equal(expected, dialogue.Turns[3].Content);
    }

    [Fact]
    public void Read_skips_empty_lines_and_ends_resolved_unless_told()
    {
        var set = Read($"\n{Good}\r\n  \n{Good.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)}");
        Assert.Equal([Ending.Resolved, Ending.Resolved], set.Dialogues.Select(d => d.Ends));
    }

    [Theory]
    [InlineData("nonsense", "line 1")]
    [InlineData("null", "a dialogue is expected")]
    [InlineData("""{"channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi"}]}""", "id")]
    [InlineData("""{"id":"a","channel":"web","customer":{"address":"x"},"turns":[]}""", "needs turns")]
    [InlineData("""{"id":"a","channel":" ","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi"}]}""", "'channel' is empty")]
    [InlineData("""{"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"clerk","text":"hi"}]}""", "unknown speaker")]
    [InlineData("""{"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":""}]}""", "turn 1: 'text' is empty")]
    [InlineData("""{"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi","tone":"glad"}]}""", "tone")]
    [InlineData("""{"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi","rich":{"sing":1}}]}""", "'rich' is no")]
    [InlineData("""{"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi","rich":{"text":"ho"}}]}""", "beside 'rich'")]
    [InlineData("""{"id":"a","channel":"web","customer":{"address":"x"},"turns":[{"from":"customer","text":"hi"}],"ends":"badly"}""", "unknown ending")]
    public void Read_other_shape_is_refused(string line, string message)
    {
        var e = Assert.Throws<UsageException>(() => Read(line));
        Assert.Contains("line 1", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_id_given_twice_is_refused()
    {
        var e = Assert.Throws<UsageException>(() => Read($"{Good}\n{Good}"));
        Assert.Contains("line 2", e.Message, StringComparison.Ordinal);
    }

    private static DialogueSet Read(string text) => JsonlReader.Read(new StringReader(text), "f.jsonl");
}
