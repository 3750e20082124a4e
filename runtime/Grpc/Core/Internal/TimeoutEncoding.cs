using System.Globalization;

namespace Grpc.Core;

/// <summary>The encoding of <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class TimeoutEncoding
{
    private const long MaxValue = 99_999_999;

    /// <summary>Rounds up, so that the peer never gives up first.</summary>
    public static string Encode(TimeSpan timeout)
    {
        var ticks = timeout.Ticks;
        if (ticks <= 0)
        {
            return "1n";
        }

        if (ticks * 100 <= MaxValue)
        {
            return Text(ticks * 100, 'n');
        }

        if (Ceiling(ticks, TimeSpan.TicksPerMicrosecond) is var micros && micros <= MaxValue)
        {
            return Text(micros, 'u');
        }

        if (Ceiling(ticks, TimeSpan.TicksPerMillisecond) is var millis && millis <= MaxValue)
        {
            return Text(millis, 'm');
        }

        if (Ceiling(ticks, TimeSpan.TicksPerSecond) is var seconds && seconds <= MaxValue)
        {
            return Text(seconds, 'S');
        }

        return Ceiling(ticks, TimeSpan.TicksPerMinute) is var minutes && minutes <= MaxValue
            ? Text(minutes, 'M')
            : Text(Math.Min(Ceiling(ticks, TimeSpan.TicksPerHour), MaxValue), 'H');
    }

    public static bool TryDecode(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        long? ticks = text[^1] switch
        {
            'n' => Ceiling(value, 100),
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'S' => value * TimeSpan.TicksPerSecond,
            'M' => value * TimeSpan.TicksPerMinute,
            'H' => value * TimeSpan.TicksPerHour,
            _ => null,
        };
        timeout = new TimeSpan(ticks ?? 0);
        return ticks is not null;
    }

    private static long Ceiling(long value, long unit) => (value / unit) + (value % unit == 0 ? 0 : 1);

    private static string Text(long value, char unit) => string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
}
