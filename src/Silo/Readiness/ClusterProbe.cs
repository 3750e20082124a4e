using Engine.Grains.Cluster;

namespace Engine.Silo.Readiness;

/// <summary>
/// Whether actors answer this process. Several are asked, each time others, and one answer is enough: the death of another
/// silo takes some of them away for a moment, and must not make every process of the cluster say that it does not serve.
/// A gateway without a silo gets no answer, nor does a silo whose lease has run out.
/// </summary>
internal sealed class ClusterProbe(IGrainFactory grains) : IReadinessProbe
{
    private const int AskedAtOnce = 4;

    private int _next = Random.Shared.Next(PulseKeys.Count);

    public string Subject => "the cluster";

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var asked = Enumerable.Range(0, AskedAtOnce)
            .Select(_ => grains.GetGrain<IPulseGrain>(_next++ % PulseKeys.Count).PulseAsync())
            .ToList();
        Exception? failure = null;
        await foreach (var answer in Task.WhenEach(asked).WithCancellation(cancellationToken))
        {
            if (answer.IsCompletedSuccessfully)
            {
                Observe(asked);
                return;
            }

            failure ??= answer.Exception?.InnerException;
        }

        throw failure ?? new TimeoutException();
    }

    // What the others come to is of no interest, and still has to be looked at.
    private static void Observe(List<Task> asked)
    {
        foreach (var task in asked)
            _ = task.ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
    }
}
