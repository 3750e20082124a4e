using Google.Protobuf.Collections;

namespace Engine.Grains;

/// <summary>Field masks over attributes: all of them, or one by key.</summary>
internal static class AttributeMask
{
    public const int AttributesMax = 64;

    private const string All = "attributes";
    private const string One = "attributes.";

    /// <summary>Applies a mask's path; false when the path is not about attributes.</summary>
    public static bool Apply(string path, MapField<string, string> given, MapField<string, string> target)
    {
        if (path == All)
        {
            target.Clear();
            target.Add(given);
            return true;
        }

        if (!path.StartsWith(One, StringComparison.Ordinal)) return false;
        var key = path[One.Length..];
        if (given.TryGetValue(key, out var value)) target[key] = value;
        else target.Remove(key);
        return true;
    }
}
