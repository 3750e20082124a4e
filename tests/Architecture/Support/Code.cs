using System.Text.RegularExpressions;

namespace Engine.Architecture.Tests.Support;

/// <summary>C# source without what is no code.</summary>
internal static partial class Code
{
    /// <summary>
    /// The lines with comments, texts and characters blanked, so that words in them are not taken for code. Interpolated
    /// expressions go with their text; no rule here looks into them.
    /// </summary>
    public static string[] Lines(string file) => Strip(Repository.Read(file)).Split('\n');

    public static string Strip(string source) =>
        NoCode().Replace(source, match => KeepLines().Replace(match.Value, ""));

    // Raw texts, verbatim texts, texts, characters, block comments, line comments.
    [GeneratedRegex("""(?s)("{3,}).*?\1|[$@]*@[$@]*"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|/\*.*?\*/|//[^\n]*""")]
    private static partial Regex NoCode();

    [GeneratedRegex("[^\n]+")]
    private static partial Regex KeepLines();
}
