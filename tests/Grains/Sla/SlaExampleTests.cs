using Engine.Grains.Sla.Clocks;
using Engine.Grains.Tests.Sla.Support;
using Engine.Internal.V1;

namespace Engine.Grains.Tests.Sla;

/// <summary>Worked examples; <see cref="SlaExamples"/> holds them.</summary>
public sealed class SlaExampleTests
{
    public static TheoryData<string> Names => [.. SlaExamples.All.Keys];

    [Fact]
    public void There_are_at_least_forty() => Assert.True(SlaExamples.All.Count >= 40, $"{SlaExamples.All.Count}");

    [Theory]
    [MemberData(nameof(Names))]
    public void Told_when_due(string name)
    {
        var script = new SlaScript(SlaExamples.All[name]);
        Assert.NotEmpty(SlaExamples.All[name]);
        Assert.Equal(script.Expected, script.Run(wakes: true).Notices);
    }

    /// <summary>What is noticed late carries the same instants.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Told_late(string name)
    {
        var script = new SlaScript(SlaExamples.All[name]);
        Assert.Equal(script.Expected, script.Run(wakes: false).Notices);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_replay_gives_the_state_that_was_lived(string name)
    {
        var script = new SlaScript(SlaExamples.All[name]);
        var run = script.Run(wakes: false);
        var restored = SlaState.Of(SlaSnapshot.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(run.State.ToSnapshot())));
        Assert.Equal(run.State, restored);
    }
}
