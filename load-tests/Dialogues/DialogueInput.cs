using System.Text;
using Engine.LoadTests.CommandLine;

namespace Engine.LoadTests.Dialogues;

/// <summary>Reads dialogues from a file, or from all <c>*.jsonl</c> of a folder.</summary>
internal static class DialogueInput
{
    // Bytes that are no UTF-8 would be compared as replacement characters and hide what was changed on the way.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="UsageException">There is no such input, it cannot be read, or it holds no dialogue.</exception>
    public static DialogueSet Read(string path)
    {
        try
        {
            var set = Directory.Exists(path) ? ReadFolder(path) : ReadFile(path);
            return set.Dialogues.Count > 0 ? set : throw new UsageException($"{path} holds no dialogue.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{path} is not valid UTF-8.");
        }
    }

    private static DialogueSet ReadFolder(string path) =>
        DialogueSet.Concat(Directory.EnumerateFiles(path, "*.jsonl").Order(StringComparer.Ordinal).Select(ReadFile));

    private static DialogueSet ReadFile(string path)
    {
        using var stream = File.OpenRead(path);
        var source = Path.GetFileName(path);
        if (Shape(path, stream) == InputShape.Abcd) return AbcdReader.Read(stream, source);
        using var reader = new StreamReader(stream, Utf8);
        return Shape(path, stream) == InputShape.Bitext
            ? BitextReader.Read(reader, source)
            : JsonlReader.Read(reader, source);
    }

    /// <summary>By the extension; where that tells nothing, by the first character.</summary>
    private static InputShape Shape(string path, FileStream stream)
    {
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".CSV": return InputShape.Bitext;
            case ".JSON": return InputShape.Abcd;
            case ".JSONL" or ".NDJSON": return InputShape.Jsonl;
        }

        int first;
        do first = stream.ReadByte();
        while (first is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        stream.Position = 0;
        return first switch
        {
            '[' => InputShape.Abcd,
            '{' => InputShape.Jsonl,
            _ => InputShape.Bitext,
        };
    }

    private enum InputShape
    {
        Jsonl,
        Abcd,
        Bitext,
    }
}
