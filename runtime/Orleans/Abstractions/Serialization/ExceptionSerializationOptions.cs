namespace Orleans.Serialization;

/// <summary>Which exceptions without a generated serializer cross a silo boundary, with type, message and inner exception.</summary>
public class ExceptionSerializationOptions
{
    /// <summary>Namespaces whose exceptions cross. <value>Default Microsoft, System, Azure.</value></summary>
    public HashSet<string> SupportedNamespacePrefixes { get; } = new(["Microsoft", "System", "Azure"], StringComparer.Ordinal);

    /// <summary>Exception types that cross besides. <value>Default none.</value></summary>
    public Func<Type, bool> SupportedExceptionTypeFilter { get; set; } = static _ => false;
}
