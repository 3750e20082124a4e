using Engine.Grains.Routing;
using Engine.Grains.Routing.Matching;
using NodaTime;

namespace Engine.Grains.Tests.Routing.Matching.Support;

/// <summary>Lets a case happen to a board and to the slow one alike; what the board matches is held on both.</summary>
internal sealed class BoardRun
{
    private readonly BoardCase _case;
    private int _reservations;

    public BoardRun(BoardCase @case)
    {
        _case = @case;
        var units = WorkUnits.Of(@case.Settings);
        Board = new QueueBoard(@case.Queue, units);
        Slow = new SlowBoard(@case.Queue, units);
    }

    public QueueBoard Board { get; }

    public SlowBoard Slow { get; }

    public Instant Now { get; private set; } = BoardCase.Start;

    /// <summary>Before a match is held on the slow board: what is wrong with it, or null. Null for a match: none was found.</summary>
    public Func<Match?, string?> OnMatch { get; set; } = static _ => null;

    /// <summary>After each step: what is wrong, or null.</summary>
    public Func<BoardStep, string?> OnStep { get; set; } = static _ => null;

    /// <returns>The first fault.</returns>
    public string? Run()
    {
        foreach (var step in _case.Steps)
        {
            Now += Duration.FromSeconds(step.After);
            Slow.Pass(Now);
            if (Do(step) is { } fault) return $"at {Now}, {step}{fault}";
            if (OnStep(step) is { } after) return $"after {Now}, {step}{after}";
        }

        return null;
    }

    /// <summary>Everything that can be matched now.</summary>
    public string? MatchAll(int max, Instant until)
    {
        for (var i = 0; i < max; i++)
        {
            var reservation = $"r{++_reservations}";
            var match = Board.Next(Now, reservation, until);
            if (OnMatch(match) is { } fault) return fault;
            if (match is null) return null;
            Slow.Hold(new SlowHold(reservation, match.Conversation.Conversation, match.Agent, match.Units, Now, until));
            Slow.Pass(Now);
        }

        return null;
    }

    private string? Do(BoardStep step)
    {
        var until = Now + Duration.FromSeconds(step.Until);
        switch (step.Kind)
        {
            case StepKind.Put: return Same(Board.Put(step.Conversation!, Now), Slow.Put(step.Conversation!));
            case StepKind.Remove: return Same(Board.Remove(step.Id, step.Number, Now), Slow.Remove(step.Id, step.Number));
            case StepKind.PutAgent: return Same(Board.PutAgent(step.Agent!, Now), Slow.PutAgent(step.Agent!));
            case StepKind.RemoveAgent:
                Board.RemoveAgent(step.Id, step.Number, Now);
                Slow.RemoveAgent(step.Id, step.Number);
                return null;
            case StepKind.Match: return MatchAll(step.Number, until);
            case StepKind.Hold:
                var reservation = $"r{++_reservations}";
                Board.Hold(reservation, step.Id, step.Other, step.Number, until, Now);
                Slow.Hold(new SlowHold(reservation, step.Id, step.Other, step.Number, Now, until));
                return null;
            case StepKind.Drop:
                if (Slow.Holds.Count == 0) return null;
                var dropped = Slow.Holds[step.Number % Slow.Holds.Count].Reservation;
                Slow.Drop(dropped);
                return Same(Board.Drop(dropped, Now), true);
            case StepKind.Decline:
                var again = Now + Duration.FromSeconds(Math.Min(step.Again, step.Until));
                Board.Decline(step.Id, step.Other, again, until, Now);
                if (until > Now) Slow.Decline(step.Id, step.Other, again, until);
                return null;
            case StepKind.Rest:
                Board.Rest(step.Id, until, Now);
                Slow.Rest(step.Id, until);
                return null;
            case StepKind.Configure:
                Board.Configure(step.Queue!, WorkUnits.Of(_case.Settings), Now);
                Slow.Queue = step.Queue!;
                return null;
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    private static string? Same(bool board, bool slow) => board == slow ? null : $"the board says {board}";
}
