using System.Globalization;
using System.Text;

namespace Engine.Runtime.Surface.Tests;

/// <summary>Writes <c>runtime/SURFACE.md</c>.</summary>
internal static class SurfacePage
{
    public static string Write(IReadOnlyCollection<UsedType> types)
    {
        var page = new StringBuilder();
        page.Append(string.Create(CultureInfo.InvariantCulture, $"""
            # The API that Engine uses

            Every public Orleans and gRPC name that the compiled assemblies of `src/`, `tests/` (but for `tests/Runtime.*`) and
            `load-tests/` refer to, implement or override, as the builtin runtime declares it: {types.Count} types,
            {types.Sum(type => type.Members.Count())} members. Names in italics say who uses it. Includes what generated code uses,
            except for the support namespace of the builtin generator, which the official one does without.

            Written by `tests/Runtime.Surface`, which fails when it is out of date;
            `{SurfaceTests.UpdateVariable}=1 dotnet test tests/Runtime.Surface` writes it anew.

            """).ReplaceLineEndings("\n"));
        foreach (var space in types.GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {space.Key}\n");
            foreach (var type in space)
            {
                Write(page, type);
            }
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, UsedType type)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n`{type.Kind} {type.Name[(type.Namespace.Length + 1)..]}` {Names(type.Parts)}\n");
        var first = true;
        foreach (var (display, parts, implemented) in type.Members)
        {
            page.Append(first ? "\n" : "");
            first = false;
            page.Append(CultureInfo.InvariantCulture, $"- `{display}` {Names(parts)}{(implemented ? ", implemented" : "")}\n");
        }
    }

    private static string Names(IEnumerable<string> parts) => $"*{string.Join(", ", parts)}*";
}
