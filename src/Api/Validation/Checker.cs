using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Engine.Api.Errors;
using Engine.Internal.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Api.Validation;

/// <summary>
/// Collects what is wrong with a request.
/// </summary>
/// <remarks>
/// Whoever integrates wants all faults of a request at once, each with the exact path, a stable reason and the limit that
/// was broken; the hot path wants none of that machinery when all is well. So a checker lives on the stack, checks are
/// plain comparisons, and the first object is allocated for the first fault. At most <see cref="FaultsMax"/> are
/// reported, since errors travel in trailers and clients take some 8 KiB of them.
/// </remarks>
internal struct Checker
{
    public const int FaultsMax = 20;

    private FieldPath _path;
    private Rejection? _rejection;
    private int _faults;

    public readonly bool HasFaults => _faults > 0;

    /// <summary>How many there are so far.</summary>
    public readonly int Faults => _faults;

    /// <summary>Checks a text.</summary>
    [UnscopedRef]
    public TextCheck Text(string field, string value, int index = -1) => new(ref this, field, value, index);

    /// <summary>Checks a number.</summary>
    public void Number(string field, long value, long min, long max)
    {
        if (value < min || value > max) Fault(field, FieldReasons.OutOfRange, min, max, value);
    }

    /// <summary>Checks a number that is not whole; NaN is refused.</summary>
    public void Number(string field, double value, double min, double max)
    {
        if (!(value >= min && value <= max))
            Fault(field, FieldReasons.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"must be {min} to {max}"));
    }

    /// <summary>Checks the number of entries.</summary>
    public void Count(string field, int count, int min, int max)
    {
        if (count > max) Fault(field, FieldReasons.TooMany, $"at most {max} entries, has {count}", maximum: max);
        else if (count < min) Fault(field, FieldReasons.Required, $"at least {min} entries, has {count}");
    }

    /// <summary>Checks an enum: <paramref name="value"/> is its number, 0 is unspecified.</summary>
    public void Enum(string field, int value, int max, bool required = false, int index = -1)
    {
        if (value == 0 && required) Fault(field, FieldReasons.Required, "must be given", index);
        else if (value < 0 || value > max) Fault(field, FieldReasons.OutOfRange, "has no such value", index);
    }

    /// <summary>Checks that a message is there.</summary>
    public bool Given(string field, object? message)
    {
        if (message is not null) return true;
        Fault(field, FieldReasons.Required, "must be given");
        return false;
    }

    /// <summary>Checks that an instant is one: years 1 to 9999, nanoseconds in range.</summary>
    public void Time(string field, Timestamp? time, bool required = false)
    {
        if (time is null)
        {
            if (required) Fault(field, FieldReasons.Required, "must be given");
        }
        else if (time.Seconds is < -62_135_596_800 or > 253_402_300_799 || time.Nanos is < 0 or > 999_999_999)
        {
            Fault(field, FieldReasons.OutOfRange, "is no instant of the years 1 to 9999");
        }
    }

    /// <summary>Checks that a duration is one, and within bounds.</summary>
    public void Span(string field, Duration? duration, TimeSpan min, TimeSpan max)
    {
        if (duration is null) return;
        var isValid = duration.Seconds is >= -315_576_000_000 and <= 315_576_000_000
            && duration.Nanos is > -1_000_000_000 and < 1_000_000_000
            && (duration.Seconds == 0 || duration.Nanos == 0 || duration.Seconds < 0 == duration.Nanos < 0);
        if (!isValid || duration.Seconds > max.TotalSeconds || duration.ToTimeSpan() < min || duration.ToTimeSpan() > max)
            Fault(field, FieldReasons.OutOfRange, $"must be {min.TotalSeconds:0} to {max.TotalSeconds:0} seconds");
    }

    public void Enter(string field, int index = -1) => _path.Enter(field, index);

    public void Leave() => _path.Leave();

    /// <summary>Adds what a grain's own reader found wrong with a value, told as of where this checker stands.</summary>
    public void Include(Rejection? rejection)
    {
        if (rejection is null) return;
        foreach (var fault in rejection.Fields) Fault(fault.Field, fault.Reason, fault.Text);
    }

    public void Fault(string field, string reason, string text, int index = -1, string? key = null, long? maximum = null)
    {
        _faults++;
        if (_faults > FaultsMax) return;
        var path = _path.Of(field, index, key);
        if (_rejection is null)
        {
            _rejection = new Rejection
            {
                Kind = RejectionKind.Invalid, Reason = Reasons.InvalidRequest, Text = $"{path}: {text}",
            };
            _rejection.Metadata.Add("field", path);
            if (maximum is { } value) _rejection.Metadata.Add("maximum", value.ToString(CultureInfo.InvariantCulture));
        }

        _rejection.Fields.Add(new FieldFault { Field = path, Reason = reason, Text = text });
    }

    /// <exception cref="RejectedException">Something was wrong: all of it.</exception>
    public readonly void ThrowIfFaulty()
    {
        if (_rejection is not null) Throw();
    }

    [DoesNotReturn]
    private readonly void Throw()
    {
        if (_faults > 1)
        {
            _rejection!.Text += string.Create(CultureInfo.InvariantCulture, $" (one of {_faults} faults)");
            _rejection.Metadata["faults"] = _faults.ToString(CultureInfo.InvariantCulture);
        }

        throw Refuse.Because(_rejection!);
    }

    private void Fault(string field, string reason, long min, long max, long value) =>
        Fault(
            field,
            reason,
            max == long.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $"must be at least {min}, is {value}")
                : string.Create(CultureInfo.InvariantCulture, $"must be {min} to {max}, is {value}"),
            maximum: max == long.MaxValue ? null : max);
}
