namespace Orleans.Storage;

/// <summary>Options of a storage provider that has a serializer.</summary>
public interface IStorageProviderSerializerOptions
{
    IGrainStorageSerializer GrainStorageSerializer { get; set; }
}
