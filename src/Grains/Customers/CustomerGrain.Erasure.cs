using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Orleans.Runtime;

namespace Engine.Grains.Customers;

internal sealed partial class CustomerGrain
{
    private const string Erasure = "erasure";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        // A crash may have come between giving addresses up and telling their identities.
        if (Committed.Exists && Committed.ReleasedIdentities.Length > 0) _ = ReleaseQuietlyAsync();
    }

    public async Task<EraseCustomerReply> EraseAsync(EraseCustomerRequest request, Caller caller)
    {
        var stamp = RequestStamp.Of(request.RequestId, request);
        // The reminder first: once erasure has begun it ends, whatever crashes.
        if (!Knows(stamp) && Working.Exists) await this.RegisterOrUpdateReminder(Erasure, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        var (refused, position) = await ExecuteAsync(
            stamp,
            (state, _) => CustomerCore.StartErasure(state, caller),
            null,
            (_, _, place) => ((Rejection?)null, place),
            rejection => (rejection, default));
        if (refused is not null)
        {
            LeaveIfAbsent();
            return new EraseCustomerReply { Rejection = refused };
        }

        if (await EraseAllAsync() is { } failed) return new EraseCustomerReply { Rejection = failed };
        return new EraseCustomerReply
        {
            Result = new EraseCustomerResponse { EraseTime = Committed.EraseTime, Conversations = Committed.Conversations.Count },
            Position = position.ToMessage(),
        };
    }

    async Task IRemindable.ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Committed.EraseTime is not null && await EraseAllAsync() is not null) return;
        if (await this.GetReminder(Erasure) is { } reminder) await this.UnregisterReminder(reminder);
    }

    /// <summary>Every step may be repeated; the key goes last of what reads need, the mark that all is done after it.</summary>
    private async Task<Rejection?> EraseAllAsync()
    {
        if (Committed.Erased) return null;
        foreach (var conversation in Committed.Conversations)
        {
            if ((await Conversation(conversation.Conversation).EraseAsync()).Rejection is { } refused) return refused;
        }

        await ReleaseAsync(Committed.Identities.Concat(Committed.ReleasedIdentities));
        await Context.Vault.DestroyAsync(Workspace, KeyVault.CustomerOwner(Id));
        await Context.Journal.DeleteSnapshotAsync(Stream);
        Key?.Dispose();
        Key = null;
        var failed = await CommitAsync((state, _) => CustomerCore.FinishErasure(state));
        return failed?.Reason == "NOT_ERASING" ? null : failed;
    }

    private async Task ReleaseQuietlyAsync()
    {
        try
        {
            await ReleaseAsync(Committed.ReleasedIdentities);
        }
        catch (Exception e)
        {
            // Tried again at the next activation.
            Context.OnReleaseFailed(Stream, e);
        }
    }
}
