namespace Engine.Grains.Routing.Matching;

/// <summary>Who declined a conversation lately.</summary>
internal sealed class Refusals(string conversation) : Timed
{
    private readonly List<Refusal> _refusals = [];

    public string Conversation { get; } = conversation;

    public bool IsEmpty => _refusals.Count == 0;

    public void Add(string agent, long again, long until)
    {
        _refusals.RemoveAll(refusal => refusal.Agent == agent);
        _refusals.Add(new Refusal(agent, Math.Min(again, until), until));
    }

    public void Forget(long now) => _refusals.RemoveAll(refusal => refusal.Until <= now);

    public bool Has(string agent) => _refusals.Exists(refusal => refusal.Agent == agent);

    /// <summary>Whether an agent who declined may be asked, if nobody else is left.</summary>
    public bool MayAskAgain(string agent, long now) => _refusals.Exists(refusal => refusal.Agent == agent && refusal.Again <= now);

    /// <summary>When something here is over.</summary>
    public long Next(long now)
    {
        var next = BoardTime.Never;
        foreach (var refusal in _refusals)
            next = Math.Min(next, refusal.Again > now ? refusal.Again : refusal.Until);
        return next;
    }

    private readonly record struct Refusal(string Agent, long Again, long Until);
}
