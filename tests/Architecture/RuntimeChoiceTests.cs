using Engine.Architecture.Tests.Support;

namespace Engine.Architecture.Tests;

/// <summary>
/// The application compiles unchanged against the official packages: nothing in it names the builtin runtime, and nothing
/// is compiled conditionally. A project asks for a part of the runtime with EngineUses only.
/// </summary>
public sealed class RuntimeChoiceTests
{
    private static readonly string[] Application = ["src", "tests", "load-tests"];

    // What EngineUses stands for; asked for by hand, a project would build with one of the two runtimes only.
    private static readonly string[] RuntimePackages = ["Microsoft.Orleans.", "Grpc.AspNetCore", "Grpc.Net.", "Grpc.Core"];

    private static readonly Dictionary<string, string> MayNameTheRuntime = new()
    {
        ["tests/Architecture/RuntimeChoiceTests.cs"] = "looks for the name",
        ["load-tests/Processes/EngineBinary.cs"] = "builds a silo with the runtime that the command line asks for",
        ["tests/Architecture/ProjectTests.cs"] = "checks the runtime's own references",
    };

    [Fact]
    public void Projects_ask_for_the_runtime_by_what_they_use()
    {
        var application = Project.All.Where(project => !project.File.StartsWith("runtime/", StringComparison.Ordinal)).ToList();
        Check.None(application.SelectMany(project => project.References
            .Where(reference => reference.StartsWith("runtime/", StringComparison.Ordinal))
            .Select(reference => $"{project}: {reference}")));
        Check.None(application.SelectMany(project => project.Packages
            .Where(package => RuntimePackages.Any(start => package.StartsWith(start, StringComparison.Ordinal)))
            .Select(package => $"{project}: {package}")));
        Check.None(application.Where(project => !project.IsRuntimeTest
            && (project.Text.Contains("Engine.Runtime", StringComparison.Ordinal)
                || project.Text.Contains("EngineRuntime", StringComparison.Ordinal)))
            .Select(project => project.File));
        Assert.Contains(application, project => project.Uses.Contains("orleans-silo"));
    }

    [Fact]
    public void Sources_do_not_name_the_builtin_runtime() =>
        Check.Only(MayNameTheRuntime, Repository.In(Application, ".cs")
            .Where(file => !file.StartsWith("tests/Runtime.", StringComparison.Ordinal))
            .Where(file => Repository.Lines(file).Any(NamesTheRuntime)));

    [Fact]
    public void Sources_do_not_use_what_only_generated_code_may() =>
        Check.None(Repository.In(Application, ".cs")
            .Where(file => !file.StartsWith("tests/Runtime.", StringComparison.Ordinal))
            .Where(file => Code.Lines(file).Any(line => line.Contains("Orleans.Runtime.Generated", StringComparison.Ordinal))));

    [Fact]
    public void Nothing_is_compiled_conditionally() =>
        Check.None(Repository.In(Application, ".cs")
            .Where(file => Code.Lines(file).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal))));

    private static bool NamesTheRuntime(string line) =>
        line.Contains("runtime/", StringComparison.Ordinal)
        || line.Contains("Engine.Runtime", StringComparison.Ordinal)
        || line.Contains("EngineRuntime", StringComparison.Ordinal);
}
