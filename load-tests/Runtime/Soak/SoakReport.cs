namespace Engine.LoadTests.Runtime.Soak;

/// <summary>The outcome of <c>soak</c>.</summary>
internal sealed record SoakReport
{
    public required bool Passed { get; init; }

    /// <summary>What did not hold, a sentence each.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    public required int Seed { get; init; }

    public required double DurationS { get; init; }

    public required long Calls { get; init; }

    public required double CallsPerSecond { get; init; }

    /// <summary>Calls that ended otherwise than they had to, or not in time.</summary>
    public required long Lost { get; init; }

    public required IReadOnlyList<SoakCaseReport> Cases { get; init; }

    /// <summary>Activations that the run began.</summary>
    public required long ActivationsEver { get; init; }

    /// <summary>The most that were seen at a time.</summary>
    public required long ActivationsPeak { get; init; }

    /// <summary>After the load, when each grain had been asked once more.</summary>
    public required long ActivationsBeforeCollection { get; init; }

    /// <summary>When they had been idle for the age limit; by the grains' own count and by the silo's.</summary>
    public required long ActivationsAfterCollection { get; init; }

    /// <summary>Grains that answered a last call.</summary>
    public required int GrainsAnswering { get; init; }

    /// <summary>Grains that did not.</summary>
    public required int GrainsStuck { get; init; }

    /// <summary>Handlers of the server still running when all calls had ended.</summary>
    public required long HandlersLeft { get; init; }

    public required IReadOnlyList<Trend> Trends { get; init; }

    public required IReadOnlyList<VitalsSample> Samples { get; init; }
}
