using System.Globalization;
using Engine.Grains.Journal;
using Engine.Internal.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Consumers;

/// <summary>Runs a <see cref="ConsumerLoop"/> for as long as it is active.</summary>
[GrainType("consumer")]
internal sealed class ConsumerGrain(
    IJournal journal, ConsumerRegistry running, EngineClock clock, ILogger<ConsumerLoop> logger) : Grain, IConsumerGrain
{
    private ConsumerLoop? _loop;
    private bool _leaving;

    /// <summary>The key of a group's owner.</summary>
    public static string Key(string consumer, int group) => $"{consumer}/{group.ToString(CultureInfo.InvariantCulture)}";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var slash = key.LastIndexOf('/');
        var name = key[..slash];
        var lanes = new LaneSet(int.Parse(key.AsSpan(slash + 1), CultureInfo.InvariantCulture), journal.ConsumerGroups);
        var consumer = ServiceProvider.GetRequiredKeyedService<IConsumer>(name);
        _loop = running.Add(new ConsumerLoop(journal, consumer, name, lanes, clock, logger));
        _loop.Start();
        _ = LeaveAfterAsync(_loop);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _leaving = true;
        if (_loop is null) return;
        running.Remove(_loop);
        await _loop.StopAsync();
    }

    public Task EnsureRunningAsync() => Task.CompletedTask;

    public Task NudgeAsync()
    {
        _loop?.Nudge();
        return Task.CompletedTask;
    }

    public Task<ConsumerStatus> GetStatusAsync()
    {
        var status = _loop?.GetStatus() ?? new ConsumerStatus();
        status.Silo = RuntimeIdentity;
        return Task.FromResult(status);
    }

    /// <summary>Who lost the lanes goes, so that the next one to be activated is whoever the cluster wants.</summary>
    private async Task LeaveAfterAsync(ConsumerLoop loop)
    {
        await loop.Completion;
        running.Remove(loop);
        if (!_leaving) DeactivateOnIdle();
    }
}
