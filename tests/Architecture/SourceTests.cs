using System.Text.RegularExpressions;
using Engine.Architecture.Tests.Support;

namespace Engine.Architecture.Tests;

/// <summary>The shape of source files, and what must not be in them.</summary>
public sealed partial class SourceTests
{
    private const int LinesMax = 500;

    private static readonly string[] Sources = ["src", "runtime", "tests", "load-tests"];

    private static readonly Dictionary<string, string> LongFiles = [];

    // In tests types are public because xunit and the grain generator want them so; variants may share a file there.
    private static readonly string[] Products = ["src", "runtime", "load-tests"];

    private static readonly Dictionary<string, string> SeveralPublicTypes = [];

    [Fact]
    public void Files_can_be_read_in_one_go() =>
        Check.Only(LongFiles, Repository.In(Sources, ".cs").Where(file => Repository.Lines(file).Length > LinesMax));

    [Fact]
    public void A_file_declares_one_public_type() =>
        Check.Only(SeveralPublicTypes, Repository.In(Products, ".cs")
            .Where(file => PublicTypes(file).Skip(1).Any()));

    [Fact]
    public void A_file_is_named_after_its_public_type() =>
        Check.None(Repository.In(["src", "load-tests"], ".cs").SelectMany(file => PublicTypes(file)
            .Where(name => Path.GetFileName(file).Split('.')[0] != name
                && !Path.GetFileNameWithoutExtension(file).StartsWith(name + "Of", StringComparison.Ordinal))
            .Select(name => $"{file}: {name}")));

    [Fact]
    public void No_machine_and_no_registry_is_named() =>
        Check.None(Repository.Files.Where(IsText).Where(file =>
        {
            var isTest = file.StartsWith("tests/", StringComparison.Ordinal);
            return Repository.Lines(file).Any(line =>
                MachinePath().IsMatch(line) || Registry().IsMatch(line) || (!isTest && TemporaryPath().IsMatch(line)));
        }));

    [Theory]
    [InlineData("/// <summary>One</summary>\npublic sealed class A;\npublic class B { public class C; }", "A B")]
    [InlineData("public partial class A<T>\n{\n    public enum E { X }\n}\ninternal class B;", "A")]
    [InlineData("public delegate Task<int> D(string a);\npublic readonly record struct R(int A);", "D R")]
    [InlineData("// public class A\nvar s = \"\"\"\npublic class B\n\"\"\";\npublic class C;", "C")]
    public void Public_types_are_recognised(string source, string expected) =>
        Assert.Equal(expected.Split(' '), PublicTypes(Code.Strip(source).Split('\n')));

    private static IEnumerable<string> PublicTypes(string file) => PublicTypes(Code.Lines(file));

    // Nested types are indented; namespaces are file-scoped.
    private static IEnumerable<string> PublicTypes(string[] lines) => lines
        .Select(line => PublicType().Match(line))
        .Where(match => match.Success)
        .Select(match => match.Groups["name"].Value)
        .Distinct();

    private static bool IsText(string file) => Path.GetExtension(file) is not (".png" or ".ico" or ".pfx" or ".snk" or ".dll" or ".zip" or ".gz");

    [GeneratedRegex(@"^public\s+(?:(?:static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:record\s+struct|record\s+class|class|struct|interface|enum|record|delegate\s+[\w<>\[\],.? ]+?)\s+(?<name>\w+)\s*(?:[<({:;]|$|\s)")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"(?<![\w.~*$)}])/(root|work|home)/\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"(?<![\w.~*$)}])/tmp/\w")]
    private static partial Regex TemporaryPath();

    [GeneratedRegex(@"https?://[^\s""']*(nuget|npmjs|pypi|artifactory|nexus)[^\s""']*", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();
}
