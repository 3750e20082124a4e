namespace Orleans.Concurrency;

/// <summary>A promise that <see cref="Value"/> is not changed any more, so that a call passes it without a copy.</summary>
public readonly struct Immutable<T> : IEquatable<Immutable<T>>
{
    /// <summary>The value passed.</summary>
    public readonly T Value;

    public Immutable(T value) => Value = value;

    public static bool operator ==(Immutable<T> left, Immutable<T> right) => left.Equals(right);

    public static bool operator !=(Immutable<T> left, Immutable<T> right) => !left.Equals(right);

    public bool Equals(Immutable<T> other) => EqualityComparer<T>.Default.Equals(Value, other.Value);

    public override bool Equals(object? obj) => obj is Immutable<T> other && Equals(other);

    public override int GetHashCode() => Value is null ? 0 : EqualityComparer<T>.Default.GetHashCode(Value);
}
