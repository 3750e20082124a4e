using Engine.Grains.Catalogs;
using Engine.V1;

namespace Engine.Grains.Conversations;

/// <summary>Workspaces in which nothing is set, where nobody registered any other.</summary>
internal sealed class NoCatalogs : ICatalogs
{
    public ValueTask<WorkspaceCatalog> GetAsync(string workspace, long versionMin) => ValueTask.FromResult(WorkspaceCatalog.None);

    public ValueTask<WorkspaceCatalog> GetAsync(string workspace, SlaRules? knowing, long versionMin) => ValueTask.FromResult(WorkspaceCatalog.None);
}
