using Engine.Api.Cluster;
using Engine.Grains.Cluster;
using Engine.V1;

namespace Engine.Api.Tests;

/// <summary>The process behind the edge and the store's figures, as a test says.</summary>
internal sealed class FakeProcess : IProcess, IStoreFigures
{
    public const string OperatorKey = "eo_operator-key-of-the-tests-0123456789";

    public string Name => "members/me";

    public string ClusterId => "tests";

    public TimeSpan DrainTimeout => TimeSpan.FromSeconds(7);

    public int Drains { get; private set; }

    /// <summary>What reading the store ends with; null: it is there.</summary>
    public Exception? StoreFault { get; set; }

    public Member Describe() => new() { Name = Name, State = MemberState.Active, CallsPerSecond = 2 };

    public void Drain() => Drains++;

    public Task<long> CountRemindersDueAsync(CancellationToken cancellationToken) => Read(3L);

    public Task<string> ReadJournalEndAsync(CancellationToken cancellationToken) => Read("0.9");

    public Task<IReadOnlyList<ConsumerLag>> ReadLagsAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ConsumerLag>>([new ConsumerLag { Consumer = "views", GroupCount = 1, Commits = 4 }]);

    private Task<T> Read<T>(T value) => StoreFault is null ? Task.FromResult(value) : Task.FromException<T>(StoreFault);
}
