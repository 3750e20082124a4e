using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;
using Orleans.Concurrency;

namespace Engine.Grains.Identities;

/// <summary>
/// One address. Two messages of a person not known yet may arrive at once, on two servers: whoever writes the first commit
/// here says who the customer is, and the other is told.
/// </summary>
[GrainType("identity")]
[Reentrant]
internal sealed class IdentityGrain(JournaledGrainContext context)
    : JournaledGrain<IdentityState, IdentityState>(context, StreamKind, IdentityState.None), IIdentityGrain
{
    public const string StreamKind = "identity";

    public Task<IdentityReply> GetAsync()
    {
        LeaveIfAbsent();
        return Task.FromResult(new IdentityReply { Customer = Committed.Customer });
    }

    public async Task<IdentityReply> FindOrClaimAsync(string customer)
    {
        if (Working.Customer.Length == 0) return await GiveAsync(customer);
        return await WhenSettledAsync()
            ? new IdentityReply { Customer = Committed.Customer }
            : new IdentityReply { Rejection = Rejections.FenceLost() };
    }

    public async Task<IdentityReply> ReleaseAsync(string customer)
    {
        if (Working.Customer == customer && customer.Length > 0) return await GiveAsync("");
        return new IdentityReply { Customer = Committed.Customer };
    }

    private Task<IdentityReply> GiveAsync(string customer) => ExecuteAsync<IdentityReply>(
        RequestStamp.None,
        (_, _) => new IdentityState(customer),
        null,
        (commit, _, _) => new IdentityReply { Customer = commit.Identity.Customer },
        rejection => new IdentityReply { Rejection = rejection });

    private protected override IdentityState Write(IdentityState state, IdentityState change, Commit commit, long version)
    {
        commit.Author = new Author { Type = AuthorType.System };
        commit.Identity = new IdentityCommit { Customer = change.Customer };
        return change;
    }

    private protected override IdentityState Apply(IdentityState state, Commit commit, long version) => new(commit.Identity.Customer);

    private protected override ValueTask<IdentityState> RestoreAsync(Snapshot snapshot, long version) =>
        ValueTask.FromResult(new IdentityState(snapshot.Identity.Customer));

    private protected override void Capture(IdentityState state, Snapshot snapshot) =>
        snapshot.Identity = new IdentitySnapshot { Customer = state.Customer };
}
