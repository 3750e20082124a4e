using Engine.Grains.Sla;
using Engine.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>Keeps count by the hour: averages over time are what was, times how long it was so.</summary>
internal sealed class RehearsalHours
{
    private static readonly Duration Hour = Duration.FromHours(1);

    private readonly Instant _start;
    private readonly Instant _end;
    private readonly List<Line> _lines = [];
    private Instant _now;

    public RehearsalHours(Instant start, Instant end)
    {
        (_start, _end, _now) = (start, end, start);
        for (var begin = start; begin < end; begin += Hour) _lines.Add(new Line(begin));
    }

    public void Arrived(Instant time) => _lines[IndexOf(time)].Arrivals++;

    /// <summary>So it was from the last time until this one.</summary>
    public void Pass(Instant time, int waiting, IEnumerable<RehearsedAgent> there)
    {
        if (time <= _now) return;
        var (agents, capacity, load) = (0, 0L, 0L);
        foreach (var agent in there)
        {
            agents++;
            capacity += agent.CapacityUnits;
            load += Math.Min(agent.LoadUnits, agent.CapacityUnits);
        }

        while (_now < time)
        {
            var line = _lines[IndexOf(_now)];
            var until = Instant.Min(Instant.Min(time, line.Begin + Hour), _end);
            var seconds = (until - _now).TotalSeconds;
            line.Agents += agents * seconds;
            line.Capacity += capacity * seconds;
            line.Load += load * seconds;
            line.Waiting = waiting;
            _now = until;
        }
    }

    public IEnumerable<RoutingDryRunHour> ToMessages() => _lines.Select(line => new RoutingDryRunHour
    {
        StartTime = line.Begin.ToTimestamp(),
        ArrivalCount = line.Arrivals,
        WaitingCount = line.Waiting,
        Agents = line.Agents / Duration.Min(Hour, _end - line.Begin).TotalSeconds,
        Load = line.Capacity > 0 ? line.Load / line.Capacity : 0,
    });

    private int IndexOf(Instant time) => Math.Min((int)((time - _start) / Hour), _lines.Count - 1);

    private sealed class Line(Instant begin)
    {
        public Instant Begin { get; } = begin;

        public int Arrivals { get; set; }

        public int Waiting { get; set; }

        public double Agents { get; set; }

        public double Capacity { get; set; }

        public double Load { get; set; }
    }
}
