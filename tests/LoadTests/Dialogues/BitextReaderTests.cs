using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Dialogues;

namespace Engine.LoadTests.Tests.Dialogues;

public sealed class BitextReaderTests
{
    [Fact]
    public void Read_row_is_a_request_and_its_answer_wherever_the_columns_stand()
    {
        const string Text = "tags,response,intent,instruction\nB,\"1. Open {{Page}}.\n2. Press \"\"OK\"\".\",x,how do I pay\n";
        var dialogue = Assert.Single(BitextReader.Read(new StringReader(Text), "f.csv").Dialogues);
        Assert.Equal(
            [(Speaker.Customer, "how do I pay"), (Speaker.Agent, "1. Open {{Page}}.\n2. Press \"OK\".")],
            dialogue.Turns.Select(t => (t.Speaker, t.Content.Text)));
    }

    [Fact]
    public void Read_blank_answer_is_left_out_and_counted()
    {
        var set = BitextReader.Read(new StringReader("instruction,response\nhello,\nbye,bye\n"), "f.csv");
        Assert.Equal([1, 2], set.Dialogues.Select(d => d.Turns.Count));
        Assert.Equal(1, set.BlankTurns);
    }

    [Theory]
    [InlineData("", "f.csv is empty")]
    [InlineData("instruction,answer\na,b", "no column 'response'")]
    [InlineData("instruction,response\na,b,c", "record 2: 3 fields")]
    [InlineData("instruction,response\na,b\nc", "record 3: 1 fields")]
    public void Read_other_shape_is_refused(string text, string message)
    {
        var e = Assert.Throws<UsageException>(() => BitextReader.Read(new StringReader(text), "f.csv"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }
}
