using Engine.Runtime.Signatures.Tests.Comparison;
using Engine.Runtime.Signatures.Tests.Metadata;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Engine.Runtime.Signatures.Tests;

/// <summary>The comparison itself: each pair of sources differs in one thing, and that thing is found.</summary>
public sealed class ComparisonTests
{
    private static readonly List<PortableExecutableReference> Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    [Theory]
    [InlineData("public class T;", "public struct T;", "T | kind", "T | base type")]
    [InlineData("public class T;", "public sealed class T;", "T | modifiers")]
    [InlineData("public class T;", "public abstract class T;", "T | modifiers", "T..ctor() | access")]
    [InlineData("public struct T;", "public readonly struct T;", "T | modifiers")]
    [InlineData("public class T<A>;", "public class T<B>;", "T`1 | generics")]
    [InlineData("public class T<A>;", "public class T<A> where A : class;", "T`1 | generics")]
    [InlineData("public interface T<A>;", "public interface T<out A>;", "T`1 | generics")]
    [InlineData("public class T : System.Exception;", "public class T : System.ArgumentException;", "T | base type")]
    [InlineData("public class T;", "public class T : System.ICloneable { public object Clone() => 1; }", "T | interface System.ICloneable", "T.Clone() | member")]
    [InlineData("public enum T { A = 1 }", "public enum T { A = 2 }", "T.field A | value")]
    [InlineData("public enum T { A = 1 }", "public enum T : byte { A = 1 }", "T | underlying type")]
    [InlineData("public enum T { A = 1 }", "[System.Flags] public enum T { A = 1 }", "T | attributes")]
    [InlineData(
        "[System.AttributeUsage(System.AttributeTargets.Class)] public class T : System.Attribute;",
        "[System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)] public class T : System.Attribute;",
        "T | attributes")]
    [InlineData("internal class T;", "public class T;", "T | access")]
    [InlineData("public delegate void T(int a);", "public delegate void T(int b);", "T.Invoke(System.Int32) | parameters")]
    public void Types_that_differ_are_told_apart(string official, string ours, params string[] expected) =>
        Assert.Equal(expected, Compare(official, ours));

    [Theory]
    [InlineData("", "public void M() { }", "T.M() | member")]
    [InlineData("public void M(int a) { }", "public void M(long a) { }", "T.M(System.Int64) | member")]
    [InlineData("public void M(int a) { }", "public void M(int b) { }", "T.M(System.Int32) | parameters")]
    [InlineData("public void M(int a = 1) { }", "public void M(int a = 2) { }", "T.M(System.Int32) | parameters")]
    [InlineData("public void M(int a = 1) { }", "public void M(int a) { }", "T.M(System.Int32) | parameters")]
    [InlineData("public void M(in int a) { }", "public void M(ref int a) { }", "T.M(System.Int32&) | parameters")]
    [InlineData("public void M(params int[] a) { }", "public void M(int[] a) { }", "T.M(System.Int32[]) | parameters")]
    [InlineData("public int M() => 1;", "public long M() => 1;", "T.M() | return type")]
    [InlineData("public void M() { }", "public static void M() { }", "T.M() | dispatch")]
    [InlineData("public void M() { }", "public virtual void M() { }", "T.M() | dispatch")]
    [InlineData("public void M() { }", "protected void M() { }", "T.M() | access")]
    [InlineData("public void M<A>() { }", "public void M<A>() where A : class { }", "T.M``1() | generics")]
    [InlineData("[System.Obsolete] public void M() { }", "public void M() { }", "T.M() | attributes")]
    [InlineData("public void M(string? a) { }", "public void M(string a) { }", "T.M(System.String) | nullability of a")]
    [InlineData("public string[] M() => null!;", "public string?[] M() => null!;", "T.M() | nullability of return type")]
    [InlineData("public int P => 1;", "public int P { get; set; }", "T.property P | set")]
    [InlineData("public int P { get; init; }", "public int P { get; set; }", "T.property P | set")]
    [InlineData("public int P => 1;", "public long P => 1;", "T.property P | type")]
    [InlineData("public int F;", "public readonly int F;", "T.field F | modifiers")]
    [InlineData("public const int F = 1;", "public const int F = 2;", "T.field F | value")]
    [InlineData("public event System.Action E { add { } remove { } }", "public event System.EventHandler E { add { } remove { } }", "T.event E | type")]
    [InlineData("private T() { }", "public T() { }", "T..ctor() | member")]
    public void Members_that_differ_are_told_apart(string official, string ours, params string[] expected) =>
        Assert.Equal(expected, Compare($"public class T {{ {official} }}", $"public class T {{ {ours} }}"));

    [Fact]
    public void What_is_left_out_is_counted_and_no_difference()
    {
        var outcome = new TypeComparison(
            World("Ours", "public interface T { void A(); }"),
            World("Official", "public interface T { void A(); void B(); void C() { } }")).Run();

        Assert.Empty(outcome.Differences);
        Assert.Equal(["System.Void B()", "System.Void C()"], outcome.NotOffered["T"]);
        Assert.Equal(["T.System.Void B()"], outcome.ToImplement);
    }

    [Fact]
    public void References_to_a_missing_assembly_tell_its_signatures()
    {
        var missing = Emit("Missing", "public class A { public static int M(string a) => 1; } public struct S; public interface I { void N(int a); }");
        var reader = "public class User : I { public int U(S s) => A.M(null!); public void N(int a) { } }";
        var official = Emit("Official", reader, MetadataReference.CreateFromImage(missing));
        var ours = World("Ours", "public class A { public static long M(string a) => 1; } public class S; public interface I { void N(long a); }");

        var outcome = new ReferenceComparison(ours, new ApiWorld([Read(official)])).Run();

        Assert.Equal(
            ["A.M | referenced signature", "S | kind", "I.N | implementation"],
            outcome.Differences.Select(difference => difference.Key));
    }

    [Fact]
    public void References_that_are_met_are_counted()
    {
        const string Source = "public class A<X> { public virtual X M<Y>(Y a, X b) => b; } public class B : A<int>;";
        var official = Emit(
            "Official",
            "public class User { public int U(B b) => b.M<string>(\"\", 1); }",
            MetadataReference.CreateFromImage(Emit("Missing", Source)));

        var outcome = new ReferenceComparison(World("Ours", Source), new ApiWorld([Read(official)])).Run();

        Assert.Empty(outcome.Differences);
        Assert.Equal(1, outcome.MembersCompared);
    }

    [Fact]
    public void A_type_that_is_official_nowhere_is_found()
    {
        var official = Emit(
            "Official",
            "public class User { public A? U; }",
            MetadataReference.CreateFromImage(Emit("Missing", "public class A;")));
        var ours = World("Ours", "public class A; public class B; public class C; namespace Orleans.Runtime.Generated { public class D; }");

        var outcome = new Origins(ours, new ApiWorld([Read(official)]), new Dictionary<string, string> { ["B"] = "Elsewhere" }).Run();

        Assert.Equal(["C | type"], outcome.Differences.Select(difference => difference.Key));
    }

    [Fact]
    public void A_deviation_without_a_reason_is_refused() =>
        Assert.Throws<FormatException>(() => ReasonedList.Parse(["# Because.", "A | member", "", "B | member"]));

    private static IEnumerable<string> Compare(string official, string ours) =>
        new TypeComparison(World("Ours", ours), World("Official", official)).Run()
            .Differences.Select(difference => difference.Key);

    private static ApiWorld World(string name, string source) => new([Read(Emit(name, source))]);

    private static AssemblyApi Read(byte[] image) => AssemblyApi.Read(new MemoryStream(image));

    private static byte[] Emit(string name, string source, params MetadataReference[] more)
    {
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))],
            [.. Framework, .. more],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics));
        return image.ToArray();
    }
}
