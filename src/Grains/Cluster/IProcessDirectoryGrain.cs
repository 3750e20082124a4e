using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Cluster;

/// <summary>What silos and gateways last said of themselves; key 0. In memory only: what is lost is said again in seconds.</summary>
public interface IProcessDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Replaces what a process said before. Said every <see cref="ProcessReports.Period"/>.</summary>
    Task ReportAsync([Immutable] Member member);

    /// <summary>Forgets a process that leaves.</summary>
    Task ForgetAsync(string member);

    /// <summary>Who has reported within <see cref="ProcessReports.KeptFor"/>.</summary>
    Task<ProcessList> ListAsync();
}
