using Grpc.Core;

namespace Engine.Api.Tests.BadInput;

/// <summary>Every malformed request gets its code, its reason and, where a field is at fault, its path - and changes nothing.</summary>
public sealed class BadInputTests(BadInputWorld world) : IClassFixture<BadInputWorld>
{
    public static TheoryData<string> Names => [.. BadInputTable.Rows.Keys, .. RoutingInputTable.Rows.Keys, .. SlaInputTable.Rows.Keys, .. BadFrames.Rows.Keys];

    [Fact]
    public void There_are_at_least_a_hundred() => Assert.True(Names.Count >= 100, $"{Names.Count}");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_refused_and_changes_nothing(string name)
    {
        var before = await world.ReadAsync();
        var (error, row) = BadInputTable.Rows.TryGetValue(name, out var call) || RoutingInputTable.Rows.TryGetValue(name, out call)
                || SlaInputTable.Rows.TryGetValue(name, out call)
            ? (await Assert.ThrowsAsync<RpcException>(() => call.Send(world).WaitAsync(Until.Deadline)), call.Expected)
            : (await BadFrames.SendAsync(world, BadFrames.Rows[name]), BadFrames.Rows[name].Expected);

        var details = Details.Of(error);
        Assert.Equal((row.Code, row.Reason, "engine"), (error.StatusCode, details.Info.Reason, details.Info.Domain));
        Assert.Equal((int)row.Code, details.Status.Code);
        if (row.Field is null) Assert.Empty(details.Faults);
        else Assert.Equal(row.Field, Assert.Single(details.Faults).Field);
        Assert.NotEmpty(error.Status.Detail);
        Assert.Equal(before, await world.ReadAsync());
    }
}
