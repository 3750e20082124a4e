using Engine.Architecture.Tests.Support;

namespace Engine.Architecture.Tests;

/// <summary>How projects depend on each other: Silo -> Api -> Grains &lt;- Storage, and nothing else.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, string[]> Layers = new()
    {
        ["src/Grains/Grains.csproj"] = [],
        ["src/Storage/Storage.csproj"] = ["src/Grains/Grains.csproj"],
        ["src/Api/Api.csproj"] = ["src/Grains/Grains.csproj"],
        ["src/Silo/Silo.csproj"] = ["src/Api/Api.csproj", "src/Grains/Grains.csproj", "src/Storage/Storage.csproj"],
        ["load-tests/LoadTests.csproj"] = ["tests/Postgres/Postgres.csproj"],
        ["load-tests/Routing.Bench/RoutingBench.csproj"] = ["src/Grains/Grains.csproj"],
    };

    private static readonly string[] SqlPackages = ["Npgsql", "Microsoft.Data.Sqlite", "SQLitePCLRaw"];

    private static readonly Dictionary<string, string> MayNameADatabase = new()
    {
        ["src/Api/Errors/ErrorMapping.cs"] = "DbException, the base of every provider's failures, answers UNAVAILABLE",
    };

    [Fact]
    public void Projects_do_not_refer_to_each_other_in_circles()
    {
        var references = Project.All.ToDictionary(project => project.File, project => project.References);
        var done = new HashSet<string>();

        void Visit(string file, IReadOnlyList<string> path)
        {
            Assert.False(path.Contains(file), string.Join(" -> ", path.Append(file)));
            if (!done.Contains(file) && references.TryGetValue(file, out var next))
            {
                foreach (var reference in next)
                {
                    Visit(reference, [.. path, file]);
                }

                done.Add(file);
            }
        }

        foreach (var file in references.Keys)
        {
            Visit(file, []);
        }

        Assert.True(done.Count > 10);
    }

    [Fact]
    public void References_name_projects_that_exist()
    {
        var known = Project.All.Select(project => project.File).ToHashSet();
        Check.None(Project.All.SelectMany(project => project.References
            .Where(reference => !known.Contains(reference))
            .Select(reference => $"{project}: {reference}")));
    }

    [Fact]
    public void Layers_refer_only_downwards()
    {
        var products = Project.All
            .Where(project => project.File.StartsWith("src/", StringComparison.Ordinal) || project.File.StartsWith("load-tests/", StringComparison.Ordinal))
            .ToList();
        Check.None(products.Where(project => !Layers.ContainsKey(project.File))
            .Select(project => $"{project}: belongs to no layer"));
        Check.None(products.SelectMany(project => project.References
            .Where(reference => !Layers[project.File].Contains(reference))
            .Select(reference => $"{project}: {reference}")));
    }

    [Fact]
    public void Only_Storage_and_the_tools_that_read_its_files_know_a_database()
    {
        Check.None(Project.All
            .Where(project => project.Folder is "src/Api" or "src/Grains")
            .SelectMany(project => project.Packages
                .Where(package => SqlPackages.Any(sql => package.StartsWith(sql, StringComparison.Ordinal)))
                .Select(package => $"{project}: {package}")));
        Check.Only(MayNameADatabase, Repository.In(["src/Api", "src/Grains"], ".cs")
            .Where(file => Code.Lines(file).Any(line => line.Contains("Engine.Storage", StringComparison.Ordinal)
                || SqlPackages.Append("System.Data").Append("SQLitePCL").Any(sql => line.Contains(sql, StringComparison.Ordinal)))));
    }

    [Fact]
    public void Grains_use_no_gRPC()
    {
        var grains = Project.All.Single(project => project.Folder == "src/Grains");
        Assert.DoesNotContain(grains.Uses, use => use.StartsWith("grpc", StringComparison.Ordinal));
        Check.None(Repository.In(["src/Grains"], ".cs")
            .Where(file => Code.Lines(file).Any(line => line.Contains("Grpc.", StringComparison.Ordinal))));
    }

    [Fact]
    public void Grains_hold_no_SQL() =>
        Check.None(Repository.In(["src/Grains", "src/Api"], ".cs")
            .Where(file => Repository.Lines(file).Any(line => SqlStatement(line))));

    [Fact]
    public void Runtime_refers_only_to_itself() =>
        Check.None(Project.All
            .Where(project => project.File.StartsWith("runtime/", StringComparison.Ordinal))
            .SelectMany(project => project.References
                .Where(reference => !reference.StartsWith("runtime/", StringComparison.Ordinal))
                .Select(reference => $"{project}: {reference}")));

    [Fact]
    public void Every_project_has_its_lock_file() =>
        Check.None(Project.All
            .Select(project => $"{project.Folder}/packages.builtin.lock.json")
            .Where(file => !Repository.Files.Contains(file)));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Engine.sln").Replace('\\', '/');
        Check.None(Project.All.Select(project => project.File)
            .Where(file => !solution.Contains($"\"{file}\"", StringComparison.Ordinal)));
    }

    private static bool SqlStatement(string line) =>
        line.Contains("SELECT ", StringComparison.Ordinal)
        || line.Contains("INSERT INTO", StringComparison.Ordinal)
        || line.Contains("DELETE FROM", StringComparison.Ordinal)
        || line.Contains("CREATE TABLE", StringComparison.Ordinal);
}
