using Engine.Api.Validation;

namespace Engine.Api.Paging;

/// <summary>Sizes of pages.</summary>
internal static class Pages
{
    public const int SizeDefault = 50;

    public static int SizeOf(int requested) => requested == 0 ? SizeDefault : requested;

    /// <summary>How many to read: one more tells whether there is a next page, except on the largest one.</summary>
    public static int LimitOf(int size) => Math.Min(size + 1, CommonRules.PageSizeMax);

    /// <summary>
    /// Whether more may follow. On the largest page this is only known to be possible, so its next page may be empty.
    /// </summary>
    public static bool HasMore(int read, int size) => read > size || (read == size && size == CommonRules.PageSizeMax);
}
