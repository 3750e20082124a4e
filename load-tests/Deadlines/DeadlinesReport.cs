using System.Text.Json.Serialization;

namespace Engine.LoadTests.Deadlines;

/// <summary>The outcome of <c>deadlines</c>.</summary>
internal sealed record DeadlinesReport
{
    public const double LatenessP99GoalMs = 1_000;
    public const double AtOnceGoalS = 30;

    public required int Conversations { get; init; }

    public required int DuePerSecond { get; init; }

    public required int AtOnce { get; init; }

    public required string Store { get; init; }

    /// <summary>How long it took to write all conversations, through the API.</summary>
    public required double FillS { get; init; }

    public required double FillPerSecond { get; init; }

    /// <summary>Of the engine that has written them.</summary>
    public required double MemoryFilledMib { get; init; }

    /// <summary>From the start of the process, after a kill, until it listened.</summary>
    public required double StartS { get; init; }

    /// <summary>Until it answered a first call.</summary>
    public required double FirstAnswerS { get; init; }

    public required double MemoryStartedMib { get; init; }

    /// <summary>The most, of samples each second until the end.</summary>
    public required double MemoryMaxMib { get; init; }

    /// <summary>Those due one after the other.</summary>
    public required DeadlineTally OneByOne { get; init; }

    /// <summary>Those due at one instant.</summary>
    public required DeadlineTally Together { get; init; }

    /// <summary>From the instant until the last of them was seen by a client.</summary>
    public required double? TogetherHandledS { get; init; }

    /// <summary>Notices of conversations of which nothing is due.</summary>
    public required long Unexpected { get; init; }

    public required int Processors { get; init; }

    /// <summary>Of one minute, in the end: what else the machine had to do.</summary>
    public required string LoadAverage { get; init; }

    public required IReadOnlyList<string> Examples { get; init; }

    [JsonIgnore]
    public long Harms => OneByOne.Harms + Together.Harms + Unexpected;

    /// <summary>Whether all was told, once, with its instant, and not early.</summary>
    [JsonIgnore]
    public bool IsRight => Harms == 0;

    /// <summary>And soon enough.</summary>
    [JsonIgnore]
    public bool Passed => IsRight && OneByOne.LatenessP99Ms < LatenessP99GoalMs && TogetherHandledS <= AtOnceGoalS;
}
