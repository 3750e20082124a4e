using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Activations;

namespace Orleans.TestingHost;

/// <summary>Finds activations in the silos of a test cluster.</summary>
internal static class ActivationFinder
{
    public static IGrainContext? Find(IEnumerable<InProcessSiloHandle> silos, GrainId grainId)
    {
        foreach (var silo in silos.Where(static silo => silo.IsActive))
        {
            if (silo.ServiceProvider.GetRequiredService<ActivationDirectory>().TryGet(grainId, out var activation))
                return activation;
        }

        return null;
    }

    public static Task Wait(IEnumerable<InProcessSiloHandle> silos, GrainId grainId) =>
        Find(silos, grainId)?.Deactivated ?? Task.CompletedTask;

    public static async Task Deactivate(IEnumerable<InProcessSiloHandle> silos, GrainId grainId)
    {
        if (Find(silos, grainId) is not { } activation)
            return;
        var ended = activation.Deactivated;
        activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "A test asked for it."));
        await ended;
    }
}
