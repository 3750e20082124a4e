using System.Text.Json.Serialization;
using Engine.LoadTests.Chaos.History;
using Engine.LoadTests.Measuring;

namespace Engine.LoadTests.Chaos;

/// <summary>What became of deadlines; see <see cref="DeadlineFindings"/>.</summary>
internal sealed record RemindersReport
{
    public required int Due { get; init; }

    public required int Fired { get; init; }

    public required int Early { get; init; }

    public required int Doubled { get; init; }

    public required int Missed { get; init; }

    public required int WrongInstant { get; init; }

    public required double? LateP50S { get; init; }

    public required double? LateP99S { get; init; }

    public required double? LateMaxS { get; init; }

    [JsonIgnore]
    public int Harms => Early + Doubled + Missed + WrongInstant;

    public static RemindersReport Of(DeadlineFindings found)
    {
        var late = found.Late.Order().ToList();
        return new RemindersReport
        {
            Due = found.Due,
            Fired = found.Fired,
            Early = found.Early,
            Doubled = found.Doubled,
            Missed = found.Missed,
            WrongInstant = found.WrongInstant,
            LateP50S = Percentiles.Of(late, 50)?.TotalSeconds,
            LateP99S = Percentiles.Of(late, 99)?.TotalSeconds,
            LateMaxS = late.Count > 0 ? late[^1].TotalSeconds : null,
        };
    }
}
