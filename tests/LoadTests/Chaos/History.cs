using Engine.LoadTests.Chaos.History;

namespace Engine.LoadTests.Tests.Chaos;

/// <summary>Builds histories of one conversation, with times in ticks from 0.</summary>
internal sealed class History
{
    public const string Name = "conversations/c1";
    private readonly List<LoggedCommit> _commits = [];
    private readonly List<Operation> _operations = [];

    public HistoryFindings Check(params ConversationLog[] others) =>
        HistoryChecker.Check(_operations, [new ConversationLog(Name, _commits), .. others]);

    /// <summary>What the journal holds: the numbers of the operations, in order; 0 is a commit without a message.</summary>
    public History Logged(params long[] numbers)
    {
        foreach (var number in numbers) Logged(new LoggedCommit { Version = _commits.Count + 1, Message = number == 0 ? null : number });
        return this;
    }

    public History Logged(LoggedCommit commit)
    {
        _commits.Add(commit);
        return this;
    }

    public History Message(
        long number, long start, long end, long version, OperationOutcome outcome = OperationOutcome.Acknowledged) =>
        Add(new Operation
        {
            Number = number,
            Kind = OperationKind.CustomerMessage,
            Slot = 1,
            Start = start,
            End = end,
            Outcome = outcome,
            Conversation = outcome == OperationOutcome.Acknowledged ? Name : null,
            Version = version,
        });

    public History Get(long number, long start, long end, long version, long messages) => Add(new Operation
    {
        Number = number,
        Kind = OperationKind.Get,
        Slot = 1,
        Start = start,
        End = end,
        Outcome = OperationOutcome.Acknowledged,
        Conversation = Name,
        Version = version,
        MessageCount = messages,
    });

    public History List(long number, long start, long end, params ReadMessage[] newestFirst) => Add(new Operation
    {
        Number = number,
        Kind = OperationKind.List,
        Slot = 1,
        Start = start,
        End = end,
        Outcome = OperationOutcome.Acknowledged,
        Conversation = Name,
        Version = newestFirst.Length > 0 ? newestFirst[0].Version : 0,
        Read = newestFirst,
    });

    public History Add(Operation operation)
    {
        _operations.Add(operation);
        return this;
    }
}
