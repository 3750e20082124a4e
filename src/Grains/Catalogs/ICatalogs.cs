using Engine.V1;

namespace Engine.Grains.Catalogs;

/// <summary>Workspaces' rules as this silo remembers them. A change is known everywhere within 5 seconds.</summary>
public interface ICatalogs
{
    /// <summary>The rules of a workspace; completes at once unless they are not remembered, or older than asked for.</summary>
    /// <param name="versionMin">At least this version: for who was told of a change.</param>
    ValueTask<WorkspaceCatalog> GetAsync(string workspace, long versionMin = 0);

    /// <summary>The same, able to count by older rules too: those of a conversation whose time began under them.</summary>
    ValueTask<WorkspaceCatalog> GetAsync(string workspace, SlaRules? knowing, long versionMin = 0);
}
