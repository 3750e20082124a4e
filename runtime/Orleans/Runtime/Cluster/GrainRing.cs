using System.Globalization;
using System.Text;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Reminders;

namespace Orleans.Runtime.Cluster;

/// <summary>
/// Which silo a grain belongs to, as of one view. A directory would have to be kept, replicated and repaired, and each first
/// call would have to ask it. Here every member computes the same answer from the addresses of the active silos alone:
/// each silo has many points on the ring of uniform hashes, and a grain belongs to the first point at or after its hash.
/// When a silo joins or leaves, only what it gains or leaves behind moves. The ring is that of the reminder table, so a
/// reminder is ticked by the silo on which its grain lives. Immutable.
/// </summary>
internal sealed class GrainRing
{
    /// <summary>Points of one silo: its share is even to about one part in eleven.</summary>
    private const int PointsPerSilo = 128;

    private readonly uint[] _points;
    private readonly SiloAddress[] _owners;

    private GrainRing(SiloAddress[] silos)
    {
        Silos = silos;
        var points = new List<(uint Point, int Silo)>(silos.Length * PointsPerSilo);
        for (var silo = 0; silo < silos.Length; silo++)
        {
            var name = silos[silo].ToParsableString();
            for (var point = 0; point < PointsPerSilo; point++)
                points.Add((HashOf(name, point), silo));
        }

        // Where two silos have the same point the older one keeps it.
        points.Sort();
        var distinct = points.DistinctBy(static entry => entry.Point).ToList();
        _points = [.. distinct.Select(static entry => entry.Point)];
        _owners = [.. distinct.Select(entry => silos[entry.Silo])];
    }

    public static GrainRing Empty { get; } = new([]);

    /// <summary>The active silos, oldest first.</summary>
    public IReadOnlyList<SiloAddress> Silos { get; }

    public static GrainRing Of(ClusterView view)
    {
        var silos = view.Members.Where(static member => member.Status == SiloStatus.Active)
            .Select(static member => member.Silo).Distinct().Order().ToArray();
        return silos.Length == 0 ? Empty : new GrainRing(silos);
    }

    /// <summary>The owner of a hash; null when no silo is active.</summary>
    public SiloAddress? OwnerOf(uint hash)
    {
        if (_points.Length == 0)
            return null;
        var index = Array.BinarySearch(_points, hash);
        if (index < 0)
            index = ~index;
        return _owners[index == _points.Length ? 0 : index];
    }

    /// <summary>The parts of the ring that belong to a silo, neighbours merged.</summary>
    public IReadOnlyList<ReminderRing> RangesOf(SiloAddress silo)
    {
        if (Silos.Count == 1)
            return Silos[0].Equals(silo) ? [ReminderRing.Full] : [];
        var ranges = new List<ReminderRing>();
        for (var index = 0; index < _points.Length; index++)
        {
            if (!_owners[index].Equals(silo))
                continue;
            var begin = _points[index == 0 ? ^1 : index - 1];
            if (ranges.Count > 0 && ranges[^1].End == begin && index > 0)
                ranges[^1] = new ReminderRing(ranges[^1].Begin, _points[index]);
            else
                ranges.Add(new ReminderRing(begin, _points[index]));
        }

        return ranges;
    }

    /// <summary>The parts of the ring that belong to a silo here and did not before, neighbours merged.</summary>
    public IReadOnlyList<ReminderRing> GainedBy(SiloAddress silo, GrainRing before)
    {
        var points = _points.Concat(before._points).Distinct().Order().ToArray();
        var gained = new List<ReminderRing>();
        for (var index = 0; index < points.Length; index++)
        {
            if (!silo.Equals(OwnerOf(points[index])) || silo.Equals(before.OwnerOf(points[index])))
                continue;
            var begin = points[index == 0 ? ^1 : index - 1];
            if (gained.Count > 0 && gained[^1].End == begin && index > 0)
                gained[^1] = new ReminderRing(gained[^1].Begin, points[index]);
            else
                gained.Add(new ReminderRing(begin, points[index]));
        }

        // All of it is one part, and not from one point round to the same.
        return gained.Count == 1 && gained[0].Begin == gained[0].End ? [ReminderRing.Full] : gained;
    }

    private static uint HashOf(string name, int point) => XxHash32.Compute(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}#{point}")));
}
