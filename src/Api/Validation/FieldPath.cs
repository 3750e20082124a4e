using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Engine.Api.Validation;

/// <summary>Where in a request a check stands. Made into text only when something is wrong.</summary>
internal struct FieldPath
{
    /// <summary>Content, carousel, card, button, and room to spare.</summary>
    private const int DepthMax = 8;
    private const int KeyLengthMax = 64;
    private const int NoIndex = -1;

    private Steps _steps;
    private int _depth;

    public void Enter(string field, int index = NoIndex)
    {
        _steps[_depth] = new Step(field, index);
        _depth++;
    }

    public void Leave() => _depth--;

    /// <summary>The path of a field below where the check stands.</summary>
    public readonly string Of(string field, int index = NoIndex, string? key = null)
    {
        var text = new StringBuilder();
        for (var i = 0; i < _depth; i++) Append(text, _steps[i].Field, _steps[i].Index);
        Append(text, field, index);
        if (key is not null) text.Append('.').Append(Printable(key));
        return text.ToString();
    }

    private static void Append(StringBuilder text, string field, int index)
    {
        if (field.Length == 0) return;
        if (text.Length > 0) text.Append('.');
        text.Append(field);
        if (index != NoIndex) text.Append(CultureInfo.InvariantCulture, $"[{index}]");
    }

    /// <summary>Keys are the client's: what goes into an error must not be as long or as odd as they please.</summary>
    private static string Printable(string key)
    {
        var text = new StringBuilder(Math.Min(key.Length, KeyLengthMax));
        foreach (var c in key.AsSpan(0, Math.Min(key.Length, KeyLengthMax))) text.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.' ? c : '?');
        return text.ToString();
    }

    private readonly record struct Step(string Field, int Index);

    [InlineArray(DepthMax)]
    private struct Steps
    {
        private Step _first;
    }
}
