using Engine.Api.Errors;
using Engine.Grains;
using Engine.Grains.Cluster;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;
using Orleans.Runtime;

namespace Engine.Api.Cluster;

/// <summary>
/// Puts together what the cluster's membership, the processes' own reports and the store tell. Whoever looks at a cluster
/// does so most of all when a part of it is gone, so every source has a time limit of its own, and one that fails is named
/// in the answer instead of failing it.
/// </summary>
internal sealed class ClusterReader(IGrainFactory grains, IProcess process, IStoreFigures figures, EngineClock clock)
{
    private static readonly TimeSpan SourceMax = TimeSpan.FromSeconds(5);

    public async Task<ClusterStatus> ReadStatusAsync(CancellationToken cancellationToken)
    {
        var status = new ClusterStatus { ClusterId = process.ClusterId, ReadTime = Timestamp.FromDateTimeOffset(clock.UtcNow) };
        var members = TryAsync(status, "members", () => ReadMembersAsync(cancellationToken));
        var lags = TryAsync(status, "consumer_lags", () => ReadLagsAsync(cancellationToken));
        var due = TryAsync(status, "reminders_due", () => Limited(figures.CountRemindersDueAsync(cancellationToken), cancellationToken));
        var end = TryAsync(status, "journal_end", () => Limited(figures.ReadJournalEndAsync(cancellationToken), cancellationToken));
        status.Members.AddRange(await members ?? [process.Describe()]);
        status.ConsumerLags.AddRange(await lags ?? []);
        status.RemindersDue = await due;
        status.JournalEnd = await end ?? "";
        status.CallsPerSecond = status.Members.Sum(static member => member.CallsPerSecond);
        status.ActivationCount = status.Members.Sum(static member => member.ActivationCount);
        return status;
    }

    /// <summary>Silos from the membership, with what they and the gateways reported.</summary>
    public async Task<IReadOnlyList<Member>> ReadMembersAsync(CancellationToken cancellationToken)
    {
        var hosts = Limited(Management.GetHosts(false), cancellationToken);
        var reports = Limited(grains.GetGrain<IProcessDirectoryGrain>(0).ListAsync(), cancellationToken);
        var counts = ReadActivationsAsync(cancellationToken);
        await Task.WhenAll(hosts, reports, counts);

        var members = (await reports).Members.Select(static member => member.Clone()).ToDictionary(static member => member.Name);
        var silos = await hosts;
        foreach (var (silo, state) in silos)
        {
            var name = MemberNames.Of(silo);
            if (!members.TryGetValue(name, out var member)) members[name] = member = new Member { Name = name };
            member.SiloAddress = silo.Endpoint.ToString();
            member.State = StateOf(state);
        }

        foreach (var group in (await counts).GroupBy(static count => count.Member))
        {
            if (members.TryGetValue(group.Key, out var member)) member.ActivationCount = group.Sum(static count => count.Count);
        }

        // A silo that reported a moment ago and is not in the membership any more has left it.
        var present = silos.Keys.Select(MemberNames.Of).ToHashSet();
        foreach (var member in members.Values.Where(member => member.Role != MemberRole.Gateway && !present.Contains(member.Name)))
            member.State = MemberState.Dead;
        return [.. members.Values.OrderBy(static member => member.Name, StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<ActivationCount>> ReadActivationsAsync(CancellationToken cancellationToken)
    {
        var statistics = await Limited(Management.GetSimpleGrainStatistics(), cancellationToken);
        return
        [
            .. statistics
                .GroupBy(static row => (Type: TypeOf(row.GrainType), Member: MemberNames.Of(row.SiloAddress)))
                .Select(static group => new ActivationCount
                {
                    Type = group.Key.Type, Member = group.Key.Member, Count = group.Sum(static row => row.ActivationCount),
                })
                .OrderBy(static count => count.Type, StringComparer.Ordinal)
                .ThenBy(static count => count.Member, StringComparer.Ordinal),
        ];
    }

    public Task<IReadOnlyList<ConsumerLag>> ReadLagsAsync(CancellationToken cancellationToken) =>
        Limited(figures.ReadLagsAsync(cancellationToken), cancellationToken);

    private IManagementGrain Management => grains.GetGrain<IManagementGrain>(0);

    private static Task<T> Limited<T>(Task<T> read, CancellationToken cancellationToken) => read.WaitAsync(SourceMax, cancellationToken);

    private static async Task<T?> TryAsync<T>(ClusterStatus status, string field, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (ErrorMapping.IsTransient(e))
        {
            lock (status) status.Missing.Add(new MissingPart { Field = field, Text = e is TimeoutException ? "It takes too long." : "It cannot be reached." });
            return default;
        }
    }

    // Engine.Grains.Conversations.ConversationGrain,Engine.Grains -> Conversation.
    private static string TypeOf(string type)
    {
        var name = type.Split(',')[0];
        name = name[(name.LastIndexOf('.') + 1)..];
        return name.EndsWith("Grain", StringComparison.Ordinal) ? name[..^"Grain".Length] : name;
    }

    private static MemberState StateOf(SiloStatus status) => status switch
    {
        SiloStatus.Created or SiloStatus.Joining => MemberState.Joining,
        SiloStatus.Active => MemberState.Active,
        SiloStatus.ShuttingDown or SiloStatus.Stopping => MemberState.Leaving,
        SiloStatus.Dead => MemberState.Dead,
        _ => MemberState.Unspecified,
    };
}
