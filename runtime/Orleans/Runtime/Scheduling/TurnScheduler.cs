using Orleans.Runtime.Generated;

namespace Orleans.Runtime.Scheduling;

/// <summary>
/// Runs work one turn at a time. A grain is written as if nothing else ran: no locks, and after an await the code goes
/// on where no other turn of the same activation is running. A lock around each call would block threads and
/// deadlock, a queue with a worker thread each would not scale to a million grains.
///
/// So an activation is a task scheduler with a mailbox and no thread. The mailbox is a linked stack: a producer pushes
/// with one compare-and-swap, and who pushes onto an idle mailbox puts the activation into the thread pool's queue.
/// The thread that takes it swaps the whole stack for a mark that says "busy", turns it round and runs it, until
/// it can swap the mark back for "idle". Nobody else runs meanwhile, so the state of an activation needs no locks.
/// Messages are linked in as they are; only continuations of tasks need a node of their own.
///
/// <see cref="TaskScheduler.Current"/> is the scheduler of the running task, so the loop runs within a task of this
/// scheduler: that makes every await of a grain come back here.
/// </summary>
internal abstract class TurnScheduler : TaskScheduler, IThreadPoolWorkItem, IWorkItemScheduler
{
    private const int TurnsBetweenClockReads = 16;
    private static readonly WorkItem Busy = new Mark();
    private static readonly Action<object?> RunLoop = static scheduler => ((TurnScheduler)scheduler!).Run();

    [ThreadStatic]
    private static TurnScheduler? ThreadScheduler;

    // Null: idle. Busy or a chain that ends in null or Busy: a thread runs, or will.
    private WorkItem? _mailbox;

    // What the running thread has taken, oldest first.
    private WorkItem? _taken;

    /// <inheritdoc/>
    public sealed override int MaximumConcurrencyLevel => 1;

    /// <summary>How long this scheduler may keep a thread, in milliseconds.</summary>
    protected virtual int QuantumMs => 100;

    /// <summary>Whether the calling thread runs a turn of this scheduler.</summary>
    protected bool IsInTurn => ReferenceEquals(ThreadScheduler, this);

    /// <summary>What <see cref="RuntimeContext"/> names while turns run.</summary>
    protected abstract IGrainContext? TurnContext { get; }

    protected abstract ICallHost CallHost { get; }

    /// <inheritdoc/>
    public void QueueAction(Action action) => Enqueue(new ActionItem(static run => ((Action)run!)(), action, this));

    void IWorkItemScheduler.QueueAction(Action<object> action, object state) => QueueAction(action!, state);

    /// <summary>Runs <paramref name="action"/> in a turn of its own.</summary>
    public void QueueAction(Action<object?> action, object? state) => Enqueue(new ActionItem(action, state, this));

    /// <inheritdoc/>
    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    void IThreadPoolWorkItem.Execute()
    {
        ThreadScheduler = this;
        RuntimeContext.Current = TurnContext;
        try
        {
            new Task(RunLoop, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach).RunSynchronously(this);
        }
        finally
        {
            RuntimeContext.Current = null;
            ThreadScheduler = null;
        }
    }

    internal void Enqueue(WorkItem item)
    {
        var head = Volatile.Read(ref _mailbox);
        while (true)
        {
            item.Next = head;
            var seen = Interlocked.CompareExchange(ref _mailbox, item, head);
            if (ReferenceEquals(seen, head))
                break;
            head = seen;
        }

        if (head is null)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>Reports what escaped from a turn.</summary>
    internal abstract void OnTurnFailed(Exception error);

    /// <summary>Reports a turn, or a run of short ones, that kept the thread for too long.</summary>
    protected virtual void OnLongTurn(long elapsedMs)
    {
    }

    /// <inheritdoc/>
    protected sealed override void QueueTask(Task task) => Enqueue(new TaskItem(task, this));

    /// <inheritdoc/>
    protected sealed override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && IsInTurn && TryExecuteTask(task);

    /// <inheritdoc/>
    protected sealed override IEnumerable<Task> GetScheduledTasks() => [];

    private void Run()
    {
        var startedMs = Environment.TickCount64;
        var context = ExecutionContext.Capture();
        var host = CallHost;
        for (var turn = 1; ; turn++)
        {
            var item = _taken ?? Take();
            if (item is null)
                return;
            _taken = item.Next;
            item.Next = null;
            item.Execute(host);

            // What a turn leaves in the execution context must not reach the next one.
            if (context is not null && !ReferenceEquals(ExecutionContext.Capture(), context))
                ExecutionContext.Restore(context);
            if (turn % TurnsBetweenClockReads != 0)
                continue;
            var elapsedMs = Environment.TickCount64 - startedMs;
            if (elapsedMs < QuantumMs)
                continue;
            if (elapsedMs > 10 * QuantumMs)
                OnLongTurn(elapsedMs);

            // Others wait for a thread too.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
    }

    /// <summary>Takes all that waits, oldest first; null when there was nothing and the scheduler is idle now.</summary>
    private WorkItem? Take()
    {
        if (ReferenceEquals(Volatile.Read(ref _mailbox), Busy)
            && ReferenceEquals(Interlocked.CompareExchange(ref _mailbox, null, Busy), Busy))
        {
            return null;
        }

        var newest = Interlocked.Exchange(ref _mailbox, Busy);
        WorkItem? oldest = null;
        while (newest is not null && !ReferenceEquals(newest, Busy))
        {
            var older = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = older;
        }

        return oldest;
    }

    private sealed class Mark : WorkItemBase
    {
        internal override void Execute(ICallHost host)
        {
        }
    }

    private sealed class TaskItem(Task task, TurnScheduler scheduler) : WorkItemBase
    {
        internal override void Execute(ICallHost host) => scheduler.TryExecuteTask(task);
    }

    private sealed class ActionItem(Action<object?> action, object? state, TurnScheduler scheduler) : WorkItemBase
    {
        internal override void Execute(ICallHost host)
        {
            try
            {
                action(state);
            }
            catch (Exception error)
            {
                scheduler.OnTurnFailed(error);
            }
        }
    }
}
