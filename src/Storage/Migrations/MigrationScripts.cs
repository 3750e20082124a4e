using System.Globalization;
using System.Reflection;

namespace Engine.Storage.Migrations;

/// <summary>Reads the numbered scripts that the assembly carries, <c>FOLDER/0001_name.sql</c>.</summary>
internal static class MigrationScripts
{
    /// <param name="folder">As in the source tree, for instance <c>Sqlite/Migrations/Journal/</c>.</param>
    /// <exception cref="InvalidOperationException">The scripts are not numbered 1, 2, 3 ...: a fault of the build.</exception>
    public static IReadOnlyList<MigrationScript> Load(string folder)
    {
        var assembly = typeof(MigrationScripts).Assembly;
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.Replace('\\', '/').StartsWith(folder, StringComparison.Ordinal))
            .Select(name => Read(assembly, name, folder.Length))
            .OrderBy(script => script.Number)
            .ToArray();
        if (scripts.Length == 0 || scripts.Where((script, index) => script.Number != index + 1).Any())
            throw new InvalidOperationException($"The migrations in {folder} are not numbered 1, 2, 3 without gaps.");
        return scripts;
    }

    /// <summary>The folders below one, by name.</summary>
    /// <param name="folder">For instance <c>Postgres/Migrations/</c>.</param>
    public static IReadOnlyList<string> Folders(string folder) =>
    [
        .. typeof(MigrationScripts).Assembly.GetManifestResourceNames()
            .Select(name => name.Replace('\\', '/'))
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => name[folder.Length..name.IndexOf('/', folder.Length)])
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    private static MigrationScript Read(Assembly assembly, string resource, int prefix)
    {
        var name = Path.GetFileNameWithoutExtension(resource[prefix..]);
        var number = int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new MigrationScript(number, name, reader.ReadToEnd());
    }
}
