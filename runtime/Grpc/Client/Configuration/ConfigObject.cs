namespace Grpc.Net.Client.Configuration;

/// <summary>A part of a service config, kept as the JSON object it stands for.</summary>
public abstract class ConfigObject
{
    private protected ConfigObject()
        : this(new Dictionary<string, object>(StringComparer.Ordinal))
    {
    }

    private protected ConfigObject(IDictionary<string, object> inner)
    {
        Inner = inner;
    }

    /// <summary>The JSON object: strings, numbers as double, lists and further objects.</summary>
    public IDictionary<string, object> Inner { get; }

    private protected T? Get<T>(string key) => Inner.TryGetValue(key, out var value) && value is not null
        ? (T)Convert(typeof(T), value)
        : default;

    private protected void Set(string key, object? value)
    {
        if (value is null)
        {
            Inner.Remove(key);
        }
        else
        {
            Inner[key] = value;
        }
    }

    private static object Convert(Type type, object value)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        return target.IsInstanceOfType(value)
            ? value
            : System.Convert.ChangeType(value, target, System.Globalization.CultureInfo.InvariantCulture);
    }
}
