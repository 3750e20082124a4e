using Engine.V1;

namespace Engine.Grains.Routing.Matching;

/// <summary>
/// What a conversation asks of an agent, and who fits whether they are there or not. Conversations that ask the same share it.
/// </summary>
internal sealed class Profile(int step, AskedStep asked, string channel, string language, IReadOnlyList<SkillRequirement> skills)
{
    private readonly List<BoardAgent> _fit = [];
    private ulong[] _fits = [];
    private List<Misfit>? _misfits;
    private long _stamp = -1;

    /// <summary>How many relax steps apply.</summary>
    public int Step { get; } = step;

    /// <summary>Waiting conversations that ask for it.</summary>
    public int Users { get; set; }

    /// <summary>Those who fit, by id.</summary>
    public int[] Slots { get; private set; } = [];

    /// <summary>How many of the queues' agents do not fit, by why not.</summary>
    public Dictionary<RoutingVerdict, int> MisfitCounts { get; } = [];

    /// <summary>As of the last <see cref="Freshen"/>.</summary>
    public bool Fits(BoardAgent agent)
    {
        var word = agent.Slot >> 6;
        return word < _fits.Length && (_fits[word] & (1UL << agent.Slot)) != 0;
    }

    /// <summary>Follows the agents, if any has come to fit otherwise: looked for here alone, since at a start they come in hundreds.</summary>
    public void Freshen(Roster roster)
    {
        if (_stamp == roster.FitStamp) return;
        _stamp = roster.FitStamp;
        _fit.Clear();
        _misfits = null;
        Array.Clear(_fits);
        MisfitCounts.Clear();
        foreach (var agent in roster.ById)
        {
            var verdict = Judge(agent, out _);
            if (verdict == RoutingVerdict.Chosen) Mark(agent);
            else if (verdict != RoutingVerdict.Unspecified) MisfitCounts[verdict] = MisfitCounts.GetValueOrDefault(verdict) + 1;
        }

        Slots = [.. _fit.Select(agent => agent.Slot)];
    }

    /// <summary>The nearest of those who do not fit, by how near they come and by id.</summary>
    public IReadOnlyList<Misfit> Misfits(Roster roster, int max)
    {
        if (_misfits is not null) return _misfits;
        var misfits = new List<Misfit>();
        foreach (var agent in roster.ById)
        {
            var verdict = Judge(agent, out var detail);
            if (verdict is not (RoutingVerdict.Chosen or RoutingVerdict.Unspecified)) misfits.Add(new Misfit(agent, verdict, detail));
        }

        return _misfits = [.. misfits.OrderBy(misfit => misfit.Verdict).Take(max)];
    }

    /// <returns>CHOSEN: fits. Unspecified: does not work for a queue that is asked, so is nobody here.</returns>
    public RoutingVerdict Judge(BoardAgent agent, out string detail)
    {
        detail = "";
        if (agent.Told is not { } told || !WorksFor(told.Queues)) return RoutingVerdict.Unspecified;
        if (told.Channels.Count > 0 && !told.Channels.Contains(channel)) return RoutingVerdict.Channel;
        if (language.Length > 0 && !Writes(told.Languages)) return RoutingVerdict.MissingLanguage;
        foreach (var skill in skills)
        {
            if (agent.Levels.GetValueOrDefault(skill.Skill) >= skill.LevelMin) continue;
            detail = skill.Skill;
            return RoutingVerdict.MissingSkill;
        }

        return RoutingVerdict.Chosen;
    }

    private void Mark(BoardAgent agent)
    {
        _fit.Add(agent);
        var word = agent.Slot >> 6;
        if (word >= _fits.Length) Array.Resize(ref _fits, Math.Max(word + 1, _fits.Length * 2));
        _fits[word] |= 1UL << agent.Slot;
    }

    private bool WorksFor(IEnumerable<string> queues)
    {
        foreach (var queue in queues)
            if (asked.Queues.Contains(queue)) return true;
        return false;
    }

    private bool Writes(IEnumerable<string> languages)
    {
        foreach (var written in languages)
            if (Serves(written, language)) return true;
        return false;
    }

    /// <summary>pt serves pt-BR, not the other way round.</summary>
    private static bool Serves(string written, string asked) =>
        written.Length > 0 && asked.StartsWith(written, StringComparison.OrdinalIgnoreCase)
        && (asked.Length == written.Length || asked[written.Length] == '-');

    internal readonly record struct Misfit(BoardAgent Agent, RoutingVerdict Verdict, string Detail);
}
