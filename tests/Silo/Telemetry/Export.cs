using System.Text;
using System.Text.RegularExpressions;

namespace Engine.Silo.Tests.Telemetry;

/// <summary>What a process sent at once.</summary>
/// <param name="Path">Of the request: the signal.</param>
public sealed partial record Export(string Path, byte[] Bytes)
{
    private const int SpanIdBytes = 8;

    /// <summary>The bytes as text: names and ids stand in them as they are.</summary>
    public string Text { get; } = Encoding.Latin1.GetString(Bytes);

    /// <summary>Which process sent it.</summary>
    public string Instance => Instances().Match(Text).Groups[1].Value;

    /// <summary>The process's role in the cluster.</summary>
    public string Role => Roles().Match(Text).Groups[1].Value;

    /// <summary>The spans of a trace, each with its parent's id or the empty text: they stand next to each other in a span's fields.</summary>
    /// <param name="traceId">32 hexadecimal digits.</param>
    public IEnumerable<(string Span, string Parent)> SpansOf(string traceId)
    {
        // Field 1 is the trace's id, 2 the span's, 4 the parent's; each is a tag, a length and the bytes.
        var trace = "\n\x10" + Encoding.Latin1.GetString(Convert.FromHexString(traceId)) + "\x12\x08";
        for (var at = Text.IndexOf(trace, StringComparison.Ordinal); at >= 0; at = Text.IndexOf(trace, at + 1, StringComparison.Ordinal))
        {
            var span = at + trace.Length;
            var next = span + SpanIdBytes;
            var hasParent = string.CompareOrdinal(Text, next, "\x22\x08", 0, 2) == 0;
            yield return (Text.Substring(span, SpanIdBytes), hasParent ? Text.Substring(next + 2, SpanIdBytes) : "");
        }
    }

    [GeneratedRegex("service\\.instance\\.id.{1,8}?([0-9a-f]{32})", RegexOptions.Singleline)]
    private static partial Regex Instances();

    [GeneratedRegex("engine\\.role.{1,8}?(all|silo|gateway)", RegexOptions.Singleline)]
    private static partial Regex Roles();
}
