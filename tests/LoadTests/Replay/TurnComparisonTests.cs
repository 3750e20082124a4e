using Engine.LoadTests.Replay;
using Engine.V1;

namespace Engine.LoadTests.Tests.Replay;

public sealed class TurnComparisonTests
{
    private static readonly Author Customer = new() { Type = AuthorType.Customer, Name = "customers/c" };
    private static readonly Author Agent = new() { Type = AuthorType.Agent, Name = "agents/a" };

    private static readonly SentTurn[] Sent =
        [Turn(2, Customer, "where is it?"), Turn(4, Agent, "on its way"), Turn(5, Customer, "thanks"), Turn(6, Agent, "bye")];

    [Fact]
    public void Compare_same_turns_finds_nothing() => AssertDifferences(Sent, Read(), mismatches: 0, lost: 0, duplicated: 0);

    [Fact]
    public void Compare_missing_turn_is_lost_and_nothing_else() =>
        AssertDifferences(Sent, Read().Where(m => m.Version != 4), mismatches: 0, lost: 1, duplicated: 0);

    [Fact]
    public void Compare_nothing_read_loses_all() => AssertDifferences(Sent, [], mismatches: 0, lost: 4, duplicated: 0);

    [Fact]
    public void Compare_message_read_twice_is_duplicated()
    {
        var read = Read();
        read.Insert(2, read[1].Clone());
        // The version does not grow either, which is a fault of its own.
        AssertDifferences(Sent, read, mismatches: 1, lost: 0, duplicated: 1);
    }

    [Fact]
    public void Compare_turn_stored_twice_is_duplicated()
    {
        var read = Read();
        read.Add(Message(7, Agent, "bye"));
        AssertDifferences(Sent, read, mismatches: 0, lost: 0, duplicated: 1);
    }

    [Fact]
    public void Compare_text_altered_is_a_mismatch() => AssertMismatch(m => m.Content.Text = "on its way.");

    [Fact]
    public void Compare_rich_item_dropped_is_a_mismatch()
    {
        var sent = Turn(2, Agent, "here");
        sent.Content.Location = new Location { Latitude = 1 };
        AssertDifferences([sent], [Message(2, Agent, "here")], mismatches: 1, lost: 0, duplicated: 0);
    }

    [Fact]
    public void Compare_other_kind_of_author_is_a_mismatch() =>
        AssertMismatch(m => m.Author = new Author { Type = AuthorType.Bot, Name = "agents/a" });

    [Fact]
    public void Compare_other_author_is_a_mismatch() =>
        AssertMismatch(m => m.Author = new Author { Type = AuthorType.Agent, Name = "agents/b" });

    [Fact]
    public void Compare_note_shown_as_message_is_a_mismatch() => AssertMismatch(m => m.Kind = MessageKind.Note);

    [Fact]
    public void Compare_content_gone_is_a_mismatch() => AssertMismatch(m => m.Content = null);

    [Fact]
    public void Compare_two_turns_exchanged_is_a_mismatch()
    {
        var read = Read();
        (read[1].Name, read[2].Name) = (read[2].Name, read[1].Name);
        (read[1].Author, read[2].Author) = (read[2].Author, read[1].Author);
        (read[1].Content, read[2].Content) = (read[2].Content, read[1].Content);
        AssertDifferences(Sent, read, mismatches: 1, lost: 0, duplicated: 0);
    }

    [Fact]
    public void Compare_listed_in_another_order_than_the_versions_is_a_mismatch()
    {
        var read = Read();
        (read[1], read[2]) = (read[2], read[1]);
        AssertDifferences(Sent, read, mismatches: 2, lost: 0, duplicated: 0);
    }

    [Fact]
    public void Compare_message_nobody_sent_is_a_mismatch()
    {
        var read = Read();
        read.Add(Message(7, Agent, "buy one, get one free"));
        AssertDifferences(Sent, read, mismatches: 1, lost: 0, duplicated: 0);
    }

    [Fact]
    public void Compare_two_turns_acknowledged_as_one_message_loses_one() =>
        AssertDifferences(
            [Turn(2, Customer, "one"), Turn(2, Customer, "two")], [Message(2, Customer, "one")],
            mismatches: 0, lost: 1, duplicated: 0);

    [Fact]
    public void Compare_same_words_twice_are_two_turns()
    {
        SentTurn[] sent = [Turn(2, Customer, "hello?"), Turn(3, Customer, "hello?")];
        AssertDifferences(sent, [Message(2, Customer, "hello?"), Message(3, Customer, "hello?")], 0, 0, 0);
        AssertDifferences(sent, [Message(2, Customer, "hello?")], mismatches: 0, lost: 1, duplicated: 0);
    }

    [Fact]
    public void Compare_unanswered_turn_may_be_there_once_or_not_at_all()
    {
        SentTurn[] sent = [Turn(2, Customer, "one"), Turn(3, Customer, "two") with { MessageName = null }];
        AssertDifferences(sent, [Message(2, Customer, "one")], 0, 0, 0);
        AssertDifferences(sent, [Message(2, Customer, "one"), Message(3, Customer, "two")], 0, 0, 0);
        AssertDifferences(
            sent, [Message(2, Customer, "one"), Message(3, Customer, "two"), Message(4, Customer, "two")],
            mismatches: 0, lost: 0, duplicated: 1);
    }

    [Fact]
    public void Add_sums_and_keeps_a_few_examples()
    {
        var sum = new TurnDifferences();
        for (var i = 0; i < 20; i++) sum.Add(TurnComparison.Compare(Sent, []));
        Assert.Equal((0, 80, 0), (sum.Mismatches, sum.Lost, sum.Duplicated));
        Assert.Equal(10, sum.Examples.Count);
        Assert.DoesNotContain(sum.Examples, e => Sent.Any(s => e.Contains(s.Content.Text, StringComparison.Ordinal)));
    }

    private static void AssertMismatch(Action<Message> alter)
    {
        var read = Read();
        alter(read[1]);
        AssertDifferences(Sent, read, mismatches: 1, lost: 0, duplicated: 0);
    }

    private static void AssertDifferences(
        IReadOnlyList<SentTurn> sent, IEnumerable<Message> read, int mismatches, int lost, int duplicated)
    {
        var found = TurnComparison.Compare(sent, [.. read]);
        Assert.Equal((mismatches, lost, duplicated), (found.Mismatches, found.Lost, found.Duplicated));
        Assert.Equal(mismatches + lost + duplicated > 0, found.Any);
    }

    private static List<Message> Read() => [.. Sent.Select(s => new Message
    {
        Name = s.MessageName,
        Version = long.Parse(s.MessageName!.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture),
        Kind = s.Kind,
        Author = s.Author.Clone(),
        Content = s.Content.Clone(),
    })];

    private static SentTurn Turn(long version, Author author, string text) =>
        new($"conversations/x/messages/{version}", MessageKind.Message, author, new Content { Text = text });

    private static Message Message(long version, Author author, string text) => new()
    {
        Name = $"conversations/x/messages/{version}",
        Version = version,
        Kind = MessageKind.Message,
        Author = author,
        Content = new Content { Text = text },
    };
}
