using Engine.Grains.Keys;

namespace Engine.Silo.Hosting;

/// <summary>
/// Tells at once when a store is opened with the wrong master key. Without it an engine would start, and fail only where
/// sealed content is touched; worse, what it wrote then would be sealed with a key of its own.
/// </summary>
/// <remarks>The mark is derived from the key one way and tells nothing of it.</remarks>
internal static class MasterKeyMark
{
    public const string FileName = "master.mark";

    /// <exception cref="StartException">The store belongs to another master key.</exception>
    public static void Check(string directory, MasterKey key)
    {
        var file = Path.Combine(directory, FileName);
        var mark = Convert.ToHexStringLower(key.Derive("mark"));
        if (!File.Exists(file))
        {
            PrivateFile.Write(file, mark + "\n", replace: true);
            return;
        }

        if (File.ReadAllText(file).Trim() != mark)
        {
            throw new StartException($"The data in {Path.GetFullPath(directory)} was written with another master key. "
                + "Start with that one; nobody can read the data without it.");
        }
    }
}
