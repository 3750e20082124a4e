using Engine.Grains.Expectations;
using Engine.Internal.V1;

namespace Engine.Grains.Tests.Support;

/// <summary>The load that a test sets, the same in every queue.</summary>
internal sealed class SetLoads : IQueueLoads
{
    public QueueLoad? Load { get; set; }

    public bool TryGet(string workspace, string queue, out QueueLoad? load)
    {
        load = Load;
        return true;
    }

    public QueueLoad? Last(string workspace, string queue) => Load;

    public Task FetchAsync(string workspace, string queue) => Task.CompletedTask;
}
