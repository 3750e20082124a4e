namespace Orleans.Serialization.Invocation;

/// <summary>Something whose object and extensions can be called.</summary>
public interface ITargetHolder
{
    object? GetTarget();

    object? GetComponent(Type componentType);
}
