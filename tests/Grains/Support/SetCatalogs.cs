using Engine.Grains.Catalogs;
using Engine.V1;

namespace Engine.Grains.Tests.Support;

/// <summary>The rules that a test sets, known to every silo at once.</summary>
internal sealed class SetCatalogs : ICatalogs
{
    public WorkspaceCatalog Catalog { get; set; } = WorkspaceCatalog.None;

    public ValueTask<WorkspaceCatalog> GetAsync(string workspace, long versionMin) => ValueTask.FromResult(Catalog);

    public ValueTask<WorkspaceCatalog> GetAsync(string workspace, SlaRules? knowing, long versionMin) => ValueTask.FromResult(Catalog);
}
