using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Catalogs;

/// <summary>What one command does to a catalog.</summary>
public sealed record CatalogChange(Author Author, CatalogCommit Commit);
