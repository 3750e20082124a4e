using System.Text;

namespace Engine.Storage;

/// <summary>A conversation's tags as stored beside the row: each with its length in front, in the given order.</summary>
internal static class TagsCodec
{
    public static byte[] Encode(IReadOnlyList<string> tags)
    {
        if (tags.Count == 0) return [];
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        foreach (var tag in tags) writer.Write(tag);
        writer.Flush();
        return bytes.ToArray();
    }

    public static string[] Decode(byte[] bytes)
    {
        if (bytes.Length == 0) return [];
        var tags = new List<string>();
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        while (reader.BaseStream.Position < bytes.Length) tags.Add(reader.ReadString());
        return [.. tags];
    }
}
