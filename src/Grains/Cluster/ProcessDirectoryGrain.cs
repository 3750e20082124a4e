using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Cluster;

/// <summary>
/// Silos know each other, but not what each of them does, and of gateways they know nothing. So every process tells this one
/// actor a few numbers every few seconds; a hundred processes are twenty small calls a second. Nothing is stored: wherever
/// the actor is made anew, it is told everything again within one period.
/// </summary>
[GrainType("process-directory")]
internal sealed class ProcessDirectoryGrain(TimeProvider time) : Grain, IProcessDirectoryGrain
{
    private const int MembersMax = 10_000;

    // Real time: reports come by it.
    private readonly SortedDictionary<string, (Member Member, long At)> _members = new(StringComparer.Ordinal);

    public Task ReportAsync(Member member)
    {
        RemoveSilent();
        if (_members.Count < MembersMax || _members.ContainsKey(member.Name))
            _members[member.Name] = (member, time.GetTimestamp());
        return Task.CompletedTask;
    }

    public Task ForgetAsync(string member)
    {
        _members.Remove(member);
        return Task.CompletedTask;
    }

    public Task<ProcessList> ListAsync()
    {
        RemoveSilent();
        var list = new ProcessList();
        list.Members.AddRange(_members.Values.Select(static entry => entry.Member));
        return Task.FromResult(list);
    }

    private void RemoveSilent()
    {
        var silent = _members.Where(entry => time.GetElapsedTime(entry.Value.At) > ProcessReports.KeptFor).Select(static entry => entry.Key).ToList();
        foreach (var name in silent) _members.Remove(name);
    }
}
