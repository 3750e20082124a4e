using Engine.Api.Positions;
using Engine.Grains.Journal;
using Engine.Internal.V1;

namespace Engine.Api.Tests.Tokens;

public sealed class PositionTokenTests
{
    [Fact]
    public void Position_in_events_comes_back()
    {
        var position = JournalPosition.At(7, 100).With(new LanePosition(3, 8, 120)).With(new LanePosition(63, 9, 1));
        var token = PositionToken.OfEvents("shop", position);
        Assert.True(PositionToken.TryParseEvents("shop", token, out var read));
        Assert.Equal(position, read);
        Assert.True(token.Length < 60, token);
    }

    [Fact]
    public void Position_of_all_different_lanes_comes_back()
    {
        var position = JournalPosition.Of([.. Enumerable.Range(0, 64).Select(i => new LanePosition(i, i, long.MaxValue - i))]);
        Assert.True(PositionToken.TryParseEvents("shop", PositionToken.OfEvents("shop", position), out var read));
        Assert.Equal(position, read);
    }

    [Fact]
    public void Position_of_a_commit_is_for_lists_only()
    {
        var token = PositionToken.OfWrite("shop", new Position { Lane = 5, Sequence = 42 });
        Assert.True(PositionToken.TryParse("shop", token, out var read));
        Assert.Equal(new LanePosition(5, 0, 42), read[5]);
        Assert.Equal(new LanePosition(6, 0, 0), read[6]);
        Assert.False(PositionToken.TryParseEvents("shop", token, out _));
    }

    [Fact]
    public void Position_of_another_workspace_is_none() =>
        Assert.False(PositionToken.TryParseEvents("other", PositionToken.OfEvents("shop", JournalPosition.At(1, 1)), out _));

    [Fact]
    public void Any_changed_character_is_noticed()
    {
        var token = PositionToken.OfEvents("shop", JournalPosition.At(1, 77).With(new LanePosition(3, 8, 120)));
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            // The last character holds bits that mean nothing; a change of those alone is the same position.
            if (PositionToken.TryParseEvents("shop", changed, out var read)) Assert.Equal(JournalPosition.At(1, 77).With(new LanePosition(3, 8, 120)), read);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("garbage")]
    [InlineData("ZQ")]
    [InlineData("!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA")]
    public void Garbage_is_no_position(string token) => Assert.False(PositionToken.TryParse("shop", token, out _));

    [Fact]
    public void A_token_without_end_is_no_position() => Assert.False(PositionToken.TryParse("shop", new string('A', 100_000), out _));
}
