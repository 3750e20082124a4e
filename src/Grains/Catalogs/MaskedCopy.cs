using Engine.Internal.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Catalogs;

/// <summary>Updates a message by a mask over its top-level fields: each that is named is replaced whole, absent ones are cleared.</summary>
internal static class MaskedCopy
{
    /// <param name="kept">Fields that nobody may name.</param>
    /// <returns>UNKNOWN_PATH at <c>update_mask</c>, or null.</returns>
    public static Rejection? Apply<T>(T given, T target, FieldMask mask, params ReadOnlySpan<string> kept)
        where T : class, IMessage<T>
    {
        var picked = given is IDeepCloneable<T> cloneable ? cloneable.Clone() : given;
        var named = new HashSet<string>(mask.Paths, StringComparer.Ordinal);
        foreach (var path in named)
        {
            if (kept.Contains(path) || given.Descriptor.FindFieldByName(path) is null)
                return Rejections.Invalid("update_mask", "UNKNOWN_PATH", "The mask names something that cannot be changed.");
        }

        foreach (var field in given.Descriptor.Fields.InFieldNumberOrder())
            field.Accessor.Clear(named.Contains(field.Name) ? target : picked);
        target.MergeFrom(picked);
        return null;
    }
}
