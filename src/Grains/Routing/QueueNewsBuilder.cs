using Engine.Internal.V1;

namespace Engine.Grains.Routing;

/// <summary>What is new for one queue: the last word on each conversation and agent.</summary>
internal sealed class QueueNewsBuilder
{
    private readonly Dictionary<string, WaitingConversation> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NoLongerWaiting> _gone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AgentRouting> _agents = new(StringComparer.Ordinal);
    private readonly QueueNews _news = new();

    public void Add(WaitingConversation waiting)
    {
        _waiting[waiting.Conversation] = waiting;
        _gone.Remove(waiting.Conversation);
    }

    public void Add(NoLongerWaiting gone)
    {
        _gone[gone.Conversation] = gone;
        _waiting.Remove(gone.Conversation);
    }

    public void Add(AgentRouting agent) => _agents[agent.Agent] = agent;

    public void Add(AnswerGiven answer) => _news.Answers.Add(answer);

    public void AddAccepted(Reservation reservation) => _news.Accepted.Add(reservation);

    public void AddDeclined(Reservation reservation) => _news.Declined.Add(reservation);

    public QueueNews Build()
    {
        _news.Waiting.AddRange(_waiting.Values);
        _news.Gone.AddRange(_gone.Values);
        _news.Agents.AddRange(_agents.Values);
        return _news;
    }
}
