using Engine.Api.Errors;
using Engine.Internal.V1;

namespace Engine.Api.Streams;

/// <summary>
/// How long a watching stream puts up with failures before its client hears of them. Versions and positions make a watch
/// resumable, so a grain that moves, a silo that goes or a database that restarts is no reason to end it.
/// </summary>
internal sealed class Patience(TimeProvider time)
{
    /// <summary>With doubling waits: some 20 seconds.</summary>
    private const int FailuresMax = 12;
    private const int WaitMs = 50;
    private const int WaitMsMax = 2_500;

    private int _failures;

    public void Restore() => _failures = 0;

    /// <summary>Whether a failure is of the kind that passes, and has not lasted too long.</summary>
    public bool Bears(Exception exception) => _failures < FailuresMax && ErrorMapping.IsTransient(exception);

    /// <inheritdoc cref="Bears(Exception)"/>
    public bool Bears(Rejection? rejection) => _failures < FailuresMax && rejection is { Kind: RejectionKind.Unavailable };

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var waitMs = Math.Min(WaitMsMax, WaitMs << _failures++);
        return Task.Delay(TimeSpan.FromMilliseconds(waitMs + Random.Shared.Next(waitMs)), time, cancellationToken);
    }
}
