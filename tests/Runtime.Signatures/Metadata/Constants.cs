using System.Globalization;
using System.Reflection.Metadata;

namespace Engine.Runtime.Signatures.Tests.Metadata;

internal static class Constants
{
    public static string? Text(MetadataReader reader, ConstantHandle handle)
    {
        if (handle.IsNil)
        {
            return null;
        }

        var constant = reader.GetConstant(handle);
        var value = reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode);
        return value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
    }
}
