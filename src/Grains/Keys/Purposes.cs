namespace Engine.Grains.Keys;

/// <summary>What sealed texts are sealed as. Part of the stored format.</summary>
internal static class Purposes
{
    public const string Content = "content";
    public const string Details = "details";
    public const string Record = "record";
    public const string Reply = "reply";
}
