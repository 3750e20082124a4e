using Engine.Grains.Hosting;
using Engine.Grains.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Engine.Grains.Tests.Routing;

/// <summary>What a host sets reaches the queues, or is refused by name.</summary>
public sealed class RoutingOptionsTests
{
    [Fact]
    public void What_the_host_sets_is_what_queues_go_by()
    {
        var options = Options(routing => (routing.ReconcileEveryMs, routing.SuspectForMs) = (5_000, 2_000)).Value;
        Assert.Equal((5_000, 2_000), (options.ReconcileEveryMs, options.SuspectForMs));
        var usual = Options(null).Value;
        Assert.Equal((60_000, 15_000), (usual.ReconcileEveryMs, usual.SuspectForMs));
    }

    [Fact]
    public void Everything_out_of_bounds_is_named_at_once()
    {
        var options = Options(routing => (routing.ReconcileEveryMs, routing.SuspectForMs) = (99, 3_600_001));
        var refused = Assert.Throws<OptionsValidationException>(() => options.Value);
        Assert.Contains(nameof(RoutingOptions.ReconcileEveryMs), refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(RoutingOptions.SuspectForMs), refused.Message, StringComparison.Ordinal);
    }

    private static IOptions<RoutingOptions> Options(Action<RoutingOptions>? routing) =>
        new ServiceCollection().AddEngineGrains(routing).BuildServiceProvider().GetRequiredService<IOptions<RoutingOptions>>();
}
