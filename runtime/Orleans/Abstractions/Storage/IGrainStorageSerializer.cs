namespace Orleans.Storage;

/// <summary>How a storage provider turns states into bytes. Register it under the provider's name.</summary>
public interface IGrainStorageSerializer
{
    BinaryData Serialize<T>(T? input);

    T? Deserialize<T>(BinaryData input);
}
