using System.Collections.Concurrent;
using Engine.V1;

namespace Engine.LoadTests.Shift.Running;

/// <summary>
/// What is going on, for those who act in it: customers wait here for answers. Fed by the same events that the observer keeps, but
/// the observer asks nothing from here.
/// </summary>
internal sealed class ShopFloor
{
    private readonly ConcurrentDictionary<string, Matter> _matters = new(StringComparer.Ordinal);

    /// <summary>Conversations in which the shop owes an answer.</summary>
    public int OpenCount => _matters.Values.Count(m => m.Status == ConversationStatus.Open);

    /// <summary>Of them, those that nobody has.</summary>
    public int WaitingCount => _matters.Values.Count(m => m is { Status: ConversationStatus.Open, Assignee.Length: 0 });

    public int Count => _matters.Count;

    public void See(Event happened)
    {
        if (happened.ConversationEvents.Count == 0) return;
        var matter = MatterOf(happened.Resource);
        var answered = false;
        foreach (var e in happened.ConversationEvents)
        {
            if (e.StatusChanged is { } status) matter.Status = status.To;
            if (e.AssigneeChanged is { } assignee) matter.Assignee = assignee.To;
            if (e.Message is { Kind: MessageKind.Message } && happened.Author.Type == AuthorType.Agent) answered = true;
        }

        if (answered) matter.Answer(happened.Version);
    }

    /// <summary>Waits for a person's answer to a message.</summary>
    public Task AnsweredAsync(string conversation, long version, CancellationToken cancellationToken) =>
        MatterOf(conversation).AnsweredAfterAsync(version).WaitAsync(cancellationToken);

    private Matter MatterOf(string conversation) => _matters.GetOrAdd(conversation, static _ => new Matter());

    private sealed class Matter
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _answered;

        public volatile ConversationStatus Status;

        public volatile string Assignee = "";

        public void Answer(long version)
        {
            TaskCompletionSource told;
            lock (_lock)
            {
                _answered = version;
                told = _next;
                _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            told.SetResult();
        }

        public async Task AnsweredAfterAsync(long version)
        {
            while (true)
            {
                Task next;
                lock (_lock)
                {
                    if (_answered > version) return;
                    next = _next.Task;
                }

                await next;
            }
        }
    }
}
