namespace Orleans.Runtime.Generated;

/// <summary>The names of the calls that fetch sequences.</summary>
internal static class EnumerationCalls
{
    public const string NextSignature = "enumeration.next";
    public const string EndSignature = "enumeration.end";
}
