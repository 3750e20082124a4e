using Engine.Runtime.Signatures.Tests.Comparison;
using Engine.Runtime.Signatures.Tests.References;

namespace Engine.Runtime.Surface.Tests;

/// <summary>
/// What Engine needs of Orleans and gRPC, so that whoever extends the runtime or judges a move to the official packages need
/// not guess. The page is compared, so that a change of it is seen in review.
/// </summary>
public sealed class SurfaceTests
{
    internal const string UpdateVariable = "ENGINE_UPDATE_SURFACE";

    private static readonly string Page = Path.Combine(Application.Root, "runtime", "SURFACE.md");

    [Fact]
    public void The_page_lists_what_is_used()
    {
        var reader = Read();
        var text = SurfacePage.Write(reader.Types);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(Page, text);
        }

        var written = File.ReadAllText(Page).ReplaceLineEndings("\n");
        Assert.True(
            text == written,
            $"runtime/SURFACE.md is out of date; {UpdateVariable}=1 writes it anew. First difference: {FirstDifference(written, text)}");
    }

    [Fact]
    public void Calls_and_implementations_of_all_parts_are_found()
    {
        var types = Read().Types;

        Assert.Equal(["load-tests", "src", "tests"], types.SelectMany(type => type.Parts).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(types, type => type.Name == "Orleans.IGrainFactory");
        Assert.Contains(types, type => type.Name == "Grpc.Core.ServerCallContext");
        Assert.Contains(
            types.Single(type => type.Name == "Orleans.IReminderTable").Members,
            member => member.Implemented && member.Display.Contains("UpsertRow", StringComparison.Ordinal));
    }

    [Fact]
    public void All_projects_of_the_application_are_read()
    {
        string[] folders = ["src", "tests", "load-tests"];
        var projects = folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Application.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Application.Root, file))
            .Where(file => !file.StartsWith(Path.Combine("tests", "Runtime."), StringComparison.Ordinal));

        Assert.Equal(projects.Order(StringComparer.Ordinal), Application.Projects.Order(StringComparer.Ordinal));
    }

    private static SurfaceReader Read()
    {
        var reader = new SurfaceReader(new ApiWorld(RuntimeAssemblies.Read()));
        foreach (var (part, assembly) in Application.Read())
        {
            reader.Add(part, assembly);
        }

        return reader;
    }

    private static string FirstDifference(string written, string now)
    {
        var pair = written.Split('\n').Zip(now.Split('\n')).FirstOrDefault(lines => lines.First != lines.Second);
        return $"'{pair.First}' is now '{pair.Second}'.";
    }
}
