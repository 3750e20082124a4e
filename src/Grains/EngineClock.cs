namespace Engine.Grains;

/// <summary>
/// The engine's time: what deadlines, business hours and commit times go by. A type of its own, since an unkeyed
/// <see cref="TimeProvider"/> is the system's (messaging and membership keep real time), and a wrong key would silently be
/// answered with the system's too.
/// </summary>
public sealed class EngineClock(TimeProvider time)
{
    public TimeProvider Time { get; } = time;

    public DateTimeOffset UtcNow => Time.GetUtcNow();
}
