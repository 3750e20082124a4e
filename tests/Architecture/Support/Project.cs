using System.Xml.Linq;

namespace Engine.Architecture.Tests.Support;

/// <summary>A project file.</summary>
internal sealed class Project
{
    private Project(string path)
    {
        File = path;
        var xml = XDocument.Parse(Repository.Read(path));
        References = [.. xml.Descendants("ProjectReference")
            .Select(item => Resolve(path, item.Attribute("Include")!.Value))];
        Packages = [.. xml.Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value)];
        Uses = [.. xml.Descendants("EngineUses")
            .SelectMany(item => item.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        Text = xml.ToString();
    }

    public static IReadOnlyList<Project> All { get; } =
        [.. Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => new Project(file))];

    /// <summary>Path, relative to the root.</summary>
    public string File { get; }

    public string Folder => Path.GetDirectoryName(File)!.Replace('\\', '/');

    /// <summary>Projects it refers to, relative to the root.</summary>
    public IReadOnlyList<string> References { get; }

    public IReadOnlyList<string> Packages { get; }

    /// <summary>Parts of the runtime it asks for.</summary>
    public IReadOnlyList<string> Uses { get; }

    public string Text { get; }

    public bool IsRuntimeTest => Folder.StartsWith("tests/Runtime.", StringComparison.Ordinal);

    public override string ToString() => File;

    private static string Resolve(string project, string include)
    {
        var folder = Path.Combine(Repository.Root, Path.GetDirectoryName(project)!);
        var full = Path.GetFullPath(Path.Combine(folder, include.Replace('\\', '/')));
        return Path.GetRelativePath(Repository.Root, full).Replace('\\', '/');
    }
}
