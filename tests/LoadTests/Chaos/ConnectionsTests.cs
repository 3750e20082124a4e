using Engine.LoadTests.CommandLine;
using Engine.LoadTests.Scaling;

namespace Engine.LoadTests.Tests.Chaos;

public sealed class ConnectionsTests
{
    private const string Lines = """
        0      0              127.0.0.1:40000          127.0.0.1:5001
        0      36    [::ffff:127.0.0.1]:40001  [::ffff:127.0.0.1]:5001
        0      0              127.0.0.1:5001           127.0.0.1:40000
        0      0                  [::1]:40002              [::1]:5432

        """;

    [Fact]
    public void Connections_are_counted_where_they_were_made()
    {
        var connections = Connections.Parse(Lines);
        Assert.Equal((2, 1, 3, 0), (connections.To([5001]), connections.To([5432]), connections.To([5001, 5432]), connections.To([1])));
    }

    [Fact]
    public void Sizes_are_parsed_and_nonsense_is_refused()
    {
        Assert.Equal([1, 2, 4, 8], Parse().Silos);
        Assert.Equal([3, 1], Parse("--silos", "3,1").Silos);
        Assert.All(["", "0", "17", "1,,2", "two"], text => Assert.Throws<UsageException>(() => Parse("--silos", text)));
    }

    private static ScalingOptions Parse(params string[] words) =>
        ScalingCommand.Parse(Arguments.Parse(words, ScalingCommand.Describe().Options));
}
