using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Orleans.Serialization;

/// <summary>Serializers of formats.</summary>
public static class SerializationHostingExtensions
{
    /// <summary>Lets protobuf messages be passed in calls. Needed on silos and clients.</summary>
    public static ISerializerBuilder AddProtobufSerializer(this ISerializerBuilder serializerBuilder)
    {
        ArgumentNullException.ThrowIfNull(serializerBuilder);
        serializerBuilder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ICodecSource, ProtobufCodecs>());
        return serializerBuilder;
    }
}
