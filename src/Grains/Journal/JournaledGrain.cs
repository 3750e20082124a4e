using Engine.Grains.Keys;
using Engine.Internal.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orleans.Concurrency;

namespace Engine.Grains.Journal;

/// <summary>
/// An actor whose state is its stream of commits. The problem: a reply may be sent only when its commit is durable, but an
/// actor that waits for each commit in turn is as slow as the disk's sync, however many commands wait. So commands are
/// pipelined: each decides against the committed state plus what is pending, is appended at once, and is answered when its
/// own version is durable; readers see committed state only. Should an append fail or lose its fence, everything pending
/// was decided on a state that never came to be: the activation drops it all and goes, and the next one replays the truth.
/// </summary>
/// <remarks>
/// Grains of this kind interleave (<see cref="ReentrantAttribute"/>): a turn between two awaits runs alone, and deciding,
/// applying and appending happen within one turn. The request log makes commands repeatable; the reply of a repeated one is
/// made from its commit by the same code that made the original.
/// </remarks>
/// <typeparam name="TState">The state: immutable.</typeparam>
/// <typeparam name="TChange">What the pure core decides.</typeparam>
[Reentrant]
public abstract class JournaledGrain<TState, TChange> : Grain
    where TState : class
    where TChange : class
{
    private const int ReplayPage = 512;
    private const int SnapshotEveryMin = 128;
    private const int SnapshotAtDeactivationMin = 16;

    private readonly JournaledGrainContext _context;
    private readonly RequestLog _requests = new();
    private IStreamAppender _appender = null!;
    private TaskCompletionSource? _moved;
    private long _snapshotVersion;
    private bool _snapshotting;
    private bool _broken;

    private protected JournaledGrain(JournaledGrainContext context, string kind, TState initial)
    {
        _context = context;
        Committed = Working = initial;
        Kind = kind;
    }

    /// <summary>State as of the last durable commit: what readers see.</summary>
    protected TState Committed { get; private set; }

    /// <summary>Version of <see cref="Committed"/>; 0: the actor does not exist.</summary>
    protected long CommittedVersion { get; private set; }

    /// <summary>State with everything pending: what commands decide against.</summary>
    protected TState Working { get; private set; }

    protected string Workspace { get; private set; } = "";

    protected string Id { get; private set; } = "";

    protected StreamName Stream { get; private set; }

    /// <summary>The data key of the person whose content this is, once known; null before, and after erasure.</summary>
    protected ContentKey? Key { get; set; }

    private protected JournaledGrainContext Context => _context;

    private protected DateTimeOffset Now => _context.Clock.UtcNow;

    private string Kind { get; }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        (Workspace, Id) = (key[..slash], key[(slash + 1)..]);
        Stream = new StreamName(Workspace, Kind, Id);

        if (await _context.Journal.ReadSnapshotAsync(Stream, cancellationToken) is { } stored)
        {
            var snapshot = Snapshot.Parser.ParseFrom(stored.Payload.Span);
            Working = await RestoreAsync(snapshot, stored.Version);
            _requests.Read(snapshot.Requests);
            _snapshotVersion = CommittedVersion = stored.Version;
        }

        for (var more = true; more;)
        {
            var rows = await _context.Journal.ReadStreamAsync(Stream, CommittedVersion, ReplayPage, cancellationToken);
            foreach (var row in rows)
            {
                var commit = Commit.Parser.ParseFrom(row.Payload.Span);
                await PrepareAsync(commit);
                Working = Apply(Working, commit, row.Version);
                _requests.Add(StampOf(commit), row.Version, commit.CommitTime.ToDateTimeOffset());
                CommittedVersion = row.Version;
            }

            more = rows.Count == ReplayPage;
        }

        Committed = Working;
        _appender = _context.Journal.OpenAppender(Stream, CommittedVersion);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (!_broken && CommittedVersion - _snapshotVersion >= SnapshotAtDeactivationMin) await WriteSnapshotAsync();
        Key?.Dispose();
        Signal();
    }

    /// <summary>State after a stored commit. Pure, but for opening what is sealed with <see cref="Key"/>.</summary>
    private protected abstract TState Apply(TState state, Commit commit, long version);

    /// <summary>State from a snapshot.</summary>
    private protected abstract ValueTask<TState> RestoreAsync(Snapshot snapshot, long version);

    /// <summary>Writes the state into a snapshot, sealing what is personal.</summary>
    private protected abstract void Capture(TState state, Snapshot snapshot);

    /// <summary>Before a replayed commit is applied: the place to find the data key.</summary>
    private protected virtual ValueTask PrepareAsync(Commit commit) => ValueTask.CompletedTask;

    /// <summary>Writes a change into a commit, sealing what is personal, and answers with the state after it.</summary>
    private protected abstract TState Write(TState state, TChange change, Commit commit, long version);

    /// <summary>Something was committed; runs after the commit is durable and visible, and cannot fail it.</summary>
    private protected virtual void OnCommitted(TState before, TState after) { }

    /// <summary>
    /// Carries out a command once: answers a repeated request with its original reply, else decides, appends, and replies
    /// when durable.
    /// </summary>
    /// <param name="stamp">The request, or <see cref="RequestStamp.None"/>.</param>
    /// <param name="decide">The pure core's decision on the working state.</param>
    /// <param name="seal">Adds to the commit what the reply needs and the events do not tell; may be null.</param>
    /// <param name="reply">Makes the reply from the stored commit.</param>
    /// <param name="reject">Makes the reply from a refusal.</param>
    private protected async Task<TReply> ExecuteAsync<TReply>(
        RequestStamp stamp,
        Func<TState, DateTimeOffset, Decision<TChange>> decide,
        Action<TState, Commit, long>? seal,
        Func<Commit, long, LanePosition, TReply> reply,
        Func<Rejection, TReply> reject)
    {
        if (_broken) return reject(Rejections.FenceLost());
        if (_requests.TryFind(stamp, out var answered))
        {
            if (answered.Hash != stamp.Hash) return reject(Rejections.RequestIdReused());
            if (!await WhenCommittedAsync(answered.Version)) return reject(Rejections.FenceLost());
            var rows = await _context.Journal.ReadStreamAsync(Stream, answered.Version - 1, 1);
            return reply(Commit.Parser.ParseFrom(rows[0].Payload.Span), answered.Version, rows[0].Position);
        }

        var now = Now;
        var decision = decide(Working, now);
        if (decision.IsRejected) return reject(decision.Rejection);

        var version = _appender.Version + 1;
        var commit = new Commit
        {
            RequestKey = RequestStamp.Write(stamp.RequestKey),
            ExternalKey = RequestStamp.Write(stamp.ExternalKey),
            RequestHash = RequestStamp.Write(stamp.Hash),
            CommitTime = Timestamp.FromDateTimeOffset(now),
        };
        var after = Write(Working, decision.Change, commit, version);
        seal?.Invoke(after, commit, version);

        var append = _appender.AppendAsync(commit.ToByteArray());
        Working = after;
        _requests.Add(stamp, version, now);
        try
        {
            var outcome = await append;
            if (!outcome.IsCommitted)
            {
                Break();
                return reject(Rejections.FenceLost());
            }

            Advance(after, version);
            return reply(commit, version, outcome.Position);
        }
        catch (JournalUnavailableException)
        {
            Break();
            return reject(Rejections.StoreUnavailable());
        }
    }

    /// <summary>
    /// Waits until the committed version is above a version; false when time ran out, the activation broke, or the token was
    /// cancelled: the caller does not listen any more, or the runtime ends the activation and the caller may ask the next.
    /// </summary>
    private protected async Task<bool> WaitBeyondAsync(long version, TimeSpan wait, CancellationToken cancellationToken)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (CommittedVersion <= version)
        {
            var left = wait - TimeProvider.System.GetElapsedTime(deadline);
            if (_broken || left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested) return false;
            _moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var moved = _moved.Task;
            await Task.WhenAny(moved, Task.Delay(left, TimeProvider.System, cancellationToken));
        }

        return true;
    }

    /// <summary>Waits until everything decided so far is durable; false when it never will be.</summary>
    private protected Task<bool> WhenSettledAsync() => WhenCommittedAsync(_appender.Version);

    /// <summary>Finds or makes the data key, before a first commit; false when it was destroyed.</summary>
    private protected async Task<bool> EnsureKeyAsync(string owner)
    {
        if (Key is not null) return true;
        var key = await _context.Vault.GetOrCreateAsync(Workspace, owner);
        // Another call may have been faster while this one waited.
        if (Key is null) Key = key;
        else key?.Dispose();
        return Key is not null;
    }

    /// <summary>Whether a request was answered before, or is about to be.</summary>
    private protected bool Knows(RequestStamp stamp) => _requests.TryFind(stamp, out _);

    /// <summary>An actor that does not exist keeps no memory for whoever guesses ids.</summary>
    private protected void LeaveIfAbsent()
    {
        if (_appender.Version == 0) DeactivateOnIdle();
    }

    private async Task<bool> WhenCommittedAsync(long version)
    {
        while (CommittedVersion < version)
        {
            if (_broken) return false;
            _moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _moved.Task;
        }

        return true;
    }

    private void Advance(TState after, long version)
    {
        // Appends of one chain complete in order, but their continuations need not run so.
        if (version <= CommittedVersion) return;
        var before = Committed;
        (Committed, CommittedVersion) = (after, version);
        Signal();
        try
        {
            OnCommitted(before, after);
        }
        catch (Exception e)
        {
            // The commit stands, and whoever asked for it shall know.
            _context.OnAfterthoughtFailed(Stream, e);
        }

        // The request log is the bulk of a busy actor's snapshot; the larger it is, the rarer the snapshots.
        if (version - _snapshotVersion >= Math.Max(SnapshotEveryMin, _requests.Count / 8) && !_snapshotting) _ = WriteSnapshotAsync();
    }

    private void Break()
    {
        if (_broken) return;
        _broken = true;
        _context.OnFenceLost(Stream);
        Signal();
        DeactivateOnIdle();
    }

    private void Signal()
    {
        var moved = _moved;
        _moved = null;
        moved?.TrySetResult();
    }

    private async Task WriteSnapshotAsync()
    {
        _snapshotting = true;
        try
        {
            var version = CommittedVersion;
            var snapshot = new Snapshot();
            snapshot.Requests.AddRange(_requests.Write(version));
            Capture(Committed, snapshot);
            await _context.Journal.WriteSnapshotAsync(Stream, new StoredSnapshot(version, snapshot.ToByteArray()));
            _snapshotVersion = version;
        }
        catch (JournalUnavailableException e)
        {
            // A snapshot only saves replay: the next commits try again.
            _context.OnSnapshotFailed(Stream, e);
        }
        finally
        {
            _snapshotting = false;
        }
    }

    private static RequestStamp StampOf(Commit commit) => new(
        RequestStamp.Read(commit.RequestKey), RequestStamp.Read(commit.ExternalKey), RequestStamp.Read(commit.RequestHash));
}
