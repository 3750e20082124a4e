namespace Orleans.Concurrency;

/// <summary>Wraps values that are not changed any more.</summary>
public static class ImmutableExtensions
{
    public static Immutable<T> AsImmutable<T>(this T value) => new(value);
}
