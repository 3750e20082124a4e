using Engine.LoadTests.Chaos.History;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class OwnershipCheckerTests
{
    [Theory]
    [InlineData("AAAA", 0)]
    [InlineData("AABB", 0)]
    [InlineData("ABA", 0)]
    [InlineData("ABCBA", 0)]
    [InlineData("ABACA", 0)]
    [InlineData("ABAB", 1)]
    [InlineData("AABBAAB", 1)]
    [InlineData("ABABABAB", 1)]
    [InlineData("ACBCAB", 2)]
    [InlineData("ABCABC", 3)]
    public void Owners_that_alternate_held_the_stream_together(string owners, int expected) =>
        Assert.Equal(expected, OwnershipChecker.Check(owners.Select((o, i) => new StreamCommit("s", i + 1, $"{o}"))).DoubleOwners);

    [Fact]
    public void Streams_are_judged_by_themselves()
    {
        var found = OwnershipChecker.Check(new[] { "s", "t" }.SelectMany(s => "AB".Select((o, i) => new StreamCommit(s, i + 1, $"{o}"))));
        Assert.Equal((0, 2), (found.DoubleOwners, found.Changes));
    }

    [Fact]
    public void Rows_out_of_order_are_refused() =>
        Assert.Throws<ArgumentException>(() => OwnershipChecker.Check([new StreamCommit("s", 2, "A"), new StreamCommit("s", 1, "A")]));
}
