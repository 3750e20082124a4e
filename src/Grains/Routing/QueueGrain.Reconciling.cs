namespace Engine.Grains.Routing;

internal sealed partial class QueueGrain
{
    private Task ReconcileAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
