using System.Collections.Concurrent;
using System.Globalization;
using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Cluster;

/// <summary>Random schedules of joining and leaving silos. A seed in a failure's message reproduces its schedule.</summary>
public sealed class ClusterScheduleTests
{
    [Theory]
    [InlineData(20261122)]
    [InlineData(4711)]
    public async Task No_two_silos_have_a_grain_at_a_time_while_silos_join_and_leave(int seed)
    {
        var random = new Random(seed);
        await using var cluster = await Clusters.Start(2);
        using var ending = new CancellationTokenSource();
        var prefix = Guid.NewGuid().ToString("N");
        var failures = new ConcurrentQueue<Exception>();
        var calls = 0;
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var choice = new Random(seed + caller);
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    var key = string.Create(CultureInfo.InvariantCulture, $"{prefix}{choice.Next(40)}");
                    await cluster.Client.GetGrain<IOwnedGrain>(key).Touch();
                    Interlocked.Increment(ref calls);
                }
                catch (Exception error)
                {
                    failures.Enqueue(error);
                }
            }
        })).ToList();
        var schedule = new List<string>();
        for (var step = 0; step < 8; step++)
        {
            var active = cluster.GetActiveSilos().ToList();
            if (active.Count < 2 || (active.Count < 5 && random.Next(2) == 0))
            {
                schedule.Add("join");
                await cluster.StartAdditionalSiloAsync();
            }
            else
            {
                var leaving = active[random.Next(active.Count)];
                schedule.Add("leave " + leaving.Name);
                await cluster.StopSiloAsync(leaving).Within();
            }

            var wanted = Volatile.Read(ref calls) + 200;
            await Deadline.Until(() => Volatile.Read(ref calls) >= wanted, $"calls after {string.Join(", ", schedule)}, seed {seed}");
        }

        await ending.CancelAsync();
        await Task.WhenAll(callers).Within();
        var text = $"seed {seed}: {string.Join(", ", schedule)}: ";
        Assert.True(OwnedGrain.Overlaps.IsEmpty, text + string.Join(", ", OwnedGrain.Overlaps.Distinct()));
        Assert.True(failures.IsEmpty, text + string.Join("; ", failures.Select(static error => error.Message).Distinct().Take(5)));
    }

    public interface IOwnedGrain : IGrainWithStringKey
    {
        Task Touch();
    }

    internal sealed class OwnedGrain(ILocalSiloDetails silo) : Grain, IOwnedGrain
    {
        private static readonly ConcurrentDictionary<string, SiloAddress> Owners = new();

        public static ConcurrentQueue<string> Overlaps { get; } = new();

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            if (!Owners.TryAdd(this.GetPrimaryKeyString(), silo.SiloAddress))
                Overlaps.Enqueue($"{this.GetPrimaryKeyString()} is active twice");
            return Task.CompletedTask;
        }

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Owners.TryRemove(this.GetPrimaryKeyString(), out _);
        }

        public async Task Touch()
        {
            await Task.Yield();
            if (!silo.SiloAddress.Equals(Owners.GetValueOrDefault(this.GetPrimaryKeyString())))
                Overlaps.Enqueue($"{this.GetPrimaryKeyString()} ran where it is not owned");
        }
    }
}
