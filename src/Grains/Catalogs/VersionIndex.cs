using System.Collections.Immutable;
using Engine.Internal.V1;

namespace Engine.Grains.Catalogs;

/// <summary>
/// In which commit each version of a policy or calendar stands. Bounded: a program that changes a calendar every minute must
/// not make the actor grow for years. What is forgotten is still in the journal; the newest version of each name, deleted
/// ones too, is kept, since a name that is used again goes on counting. Immutable.
/// </summary>
public sealed class VersionIndex
{
    /// <summary>More than these are cut down to half, the oldest first.</summary>
    public const int EntriesMax = 8_192;

    private readonly ImmutableDictionary<(string Name, long Version), long> _commits;
    private readonly ImmutableDictionary<string, long> _newest;

    private VersionIndex(ImmutableDictionary<(string Name, long Version), long> commits, ImmutableDictionary<string, long> newest) =>
        (_commits, _newest) = (commits, newest);

    public static VersionIndex Empty { get; } = new(
        ImmutableDictionary<(string Name, long Version), long>.Empty, ImmutableDictionary<string, long>.Empty);

    public int Count => _commits.Count;

    /// <summary>The newest version of a name; 0: there never was one.</summary>
    public long Newest(string name) => _newest.GetValueOrDefault(name);

    /// <summary>The commit of a version; null: not known here.</summary>
    public long? Find(string name, long version) => _commits.TryGetValue((name, version), out var commit) ? commit : null;

    public VersionIndex With(string name, long version, long commit)
    {
        var newest = version > Newest(name) ? _newest.SetItem(name, version) : _newest;
        var commits = _commits.SetItem((name, version), commit);
        if (commits.Count > EntriesMax)
        {
            var old = commits.Where(c => newest[c.Key.Name] != c.Key.Version).OrderBy(c => c.Value).Select(c => c.Key);
            commits = commits.RemoveRange(old.Take(EntriesMax / 2).ToList());
        }

        return new VersionIndex(commits, newest);
    }

    public static VersionIndex Of(IEnumerable<CatalogVersion> stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var commits = ImmutableDictionary.CreateBuilder<(string, long), long>();
        var newest = ImmutableDictionary.CreateBuilder<string, long>();
        foreach (var v in stored)
        {
            commits[(v.Name, v.Version)] = v.Commit;
            if (v.Version > newest.GetValueOrDefault(v.Name)) newest[v.Name] = v.Version;
        }

        return new VersionIndex(commits.ToImmutable(), newest.ToImmutable());
    }

    public IEnumerable<CatalogVersion> ToMessages() => _commits.OrderBy(c => c.Value)
        .Select(c => new CatalogVersion { Name = c.Key.Name, Version = c.Key.Version, Commit = c.Value });
}
