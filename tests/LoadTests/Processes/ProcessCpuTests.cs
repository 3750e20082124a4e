using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Tests.Processes;

public sealed class ProcessCpuTests
{
    [Theory]
    [InlineData("42 (dotnet) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0", 2.0)]
    [InlineData("42 (a b) (c) R 1 2 3 4 5 6 7 8 9 10 1 0 0", 0.01)]
    public void Parse_counts_behind_the_name(string stat, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ProcessCpu.Parse(stat));

    [Theory]
    [InlineData("")]
    [InlineData("42 (dotnet) S 1 2")]
    [InlineData("42 (dotnet) S 1 2 3 4 5 6 7 8 9 10 x y 0")]
    public void Parse_other_text_tells_nothing(string stat) => Assert.Null(ProcessCpu.Parse(stat));

    [Fact]
    public void Read_no_such_process_tells_nothing() => Assert.Null(ProcessCpu.Read(int.MaxValue));
}
