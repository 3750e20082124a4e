using Engine.Grains.Keys;

namespace Engine.Silo.Hosting;

/// <summary>
/// Tells at once when a store is opened with the wrong master key. Without it an engine would start, and fail only where
/// sealed content is touched; worse, what it wrote then would be sealed with a key of its own.
/// </summary>
/// <remarks>The mark is derived from the key one way and tells nothing of it. In a cluster it stands in the database.</remarks>
internal static class MasterKeyMark
{
    public const string FileName = "master.mark";

    public static string Of(MasterKey key) => Convert.ToHexStringLower(key.Derive("mark"));

    /// <summary>Checks the mark in a data directory, or leaves one.</summary>
    /// <exception cref="StartException">The store belongs to another master key.</exception>
    public static void Check(string directory, MasterKey key)
    {
        var file = Path.Combine(directory, FileName);
        if (!File.Exists(file))
        {
            PrivateFile.Write(file, Of(key) + "\n", replace: true);
            return;
        }

        Compare(File.ReadAllText(file).Trim(), key, Path.GetFullPath(directory));
    }

    /// <exception cref="StartException">The mark is another master key's.</exception>
    public static void Compare(string mark, MasterKey key, string place)
    {
        if (mark != Of(key))
        {
            throw new StartException($"The data in {place} was written with another master key. "
                + "Start with that one; nobody can read the data without it.");
        }
    }
}
