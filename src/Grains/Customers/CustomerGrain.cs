using Engine.Grains.Identities;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf.Collections;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Engine.Grains.Customers;

/// <summary>
/// The actor around <see cref="CustomerCore"/>. A customer's conversations are opened here first and exist afterwards, each
/// step durable before the next and each repeatable, so a crash between any two leaves work that the retry finds and
/// finishes instead of doing it twice.
/// </summary>
[GrainType("customer")]
[Reentrant]
internal sealed partial class CustomerGrain(JournaledGrainContext context, IIdentityKeys identityKeys, IGrainFactory grains)
    : JournaledGrain<CustomerState, CustomerChange>(context, StreamKind, CustomerState.None), ICustomerGrain, IRemindable
{
    public const string StreamKind = "customer";

    public async Task<CustomerReply> CreateAsync(CreateCustomerRequest request, Caller caller)
    {
        var stamp = RequestStamp.Of(request.RequestId, request);
        IReadOnlyList<string> identities = [];
        if (!Knows(stamp))
        {
            // Decided once without claims, so that a refusal takes no address from anybody.
            if (CustomerCore.Create(Working, request.Customer, identities, caller, Now).Rejection is { } refused)
                return new CustomerReply { Rejection = refused };
            if (!await FindKeyAsync()) return new CustomerReply { Rejection = Rejections.CustomerErased() };
            (identities, var taken) = await ClaimAsync(request.Customer.Identities, "customer.identities");
            if (taken is not null) return new CustomerReply { Rejection = taken };
        }

        var reply = await ChangeAsync(stamp, (state, now) => CustomerCore.Create(state, request.Customer, identities, caller, now));
        // Another request created the customer meanwhile. With an unknown outcome the claims stay: the retry needs them.
        if (reply.Rejection is { Kind: not RejectionKind.Unavailable }) await ReleaseAsync(identities.Except(Working.Identities));
        return reply;
    }

    public Task<CustomerReply> GetAsync()
    {
        if (Committed.Exists) return Task.FromResult(new CustomerReply { Result = Committed.ToPublic(Id) });
        LeaveIfAbsent();
        return Task.FromResult(new CustomerReply { Rejection = Rejections.CustomerNotFound() });
    }

    public async Task<CustomerReply> UpdateAsync(UpdateCustomerRequest request, Caller caller)
    {
        var stamp = RequestStamp.Of(request.RequestId, request);
        IReadOnlyList<string> identities = Working.Identities;
        if (!Knows(stamp) && request.UpdateMask.Paths.Contains("identities"))
        {
            if (CustomerCore.Update(Working, request, identities, caller, Now).Rejection is { } refused)
                return new CustomerReply { Rejection = refused };
            (identities, var taken) = await ClaimAsync(request.Customer.Identities, "customer.identities");
            if (taken is not null) return new CustomerReply { Rejection = taken };
        }

        var reply = await ChangeAsync(stamp, (state, now) => CustomerCore.Update(state, request, identities, caller, now));
        await ReleaseAsync(Committed.ReleasedIdentities);
        return reply;
    }

    public Task<CustomerConversationsReply> ListConversationsAsync()
    {
        if (CustomerCore.Missing(Committed) is { } missing)
        {
            LeaveIfAbsent();
            return Task.FromResult(new CustomerConversationsReply { Rejection = missing });
        }

        var conversations = new CustomerConversations();
        conversations.Conversations.AddRange(Committed.Conversations);
        return Task.FromResult(new CustomerConversationsReply { Result = conversations });
    }

    private Task<CustomerReply> ChangeAsync(RequestStamp stamp, Func<CustomerState, DateTimeOffset, Decision<CustomerChange>> decide) => ExecuteAsync(
        stamp,
        decide,
        (after, commit, _) => commit.Reply = Key!.Seal(after.ToPublic(Id), Purposes.Reply),
        (commit, _, position) => Key is null
            ? new CustomerReply { Rejection = Rejections.CustomerErased() }
            : new CustomerReply { Result = Key.Open(commit.Reply, Customer.Parser, Purposes.Reply), Position = position.ToMessage() },
        rejection =>
        {
            LeaveIfAbsent();
            return new CustomerReply { Rejection = rejection };
        });

    /// <summary>Claims addresses for this customer: all, or none that were not this customer's before.</summary>
    private async Task<(IReadOnlyList<string> Ids, Rejection? Taken)> ClaimAsync(RepeatedField<Identity> identities, string field)
    {
        var ids = new List<string>();
        for (var i = 0; i < identities.Count; i++)
        {
            var id = await identityKeys.IdOfAsync(Workspace, Addresses.Normalize(identities[i]));
            var reply = await Identity(id).FindOrClaimAsync(Id);
            var rejection = reply.Rejection ?? (reply.Customer == Id
                ? null
                : Rejections.Of(RejectionKind.Exists, "IDENTITY_TAKEN", "Another customer has this address.")
                    .With("customer", Ids.CustomerId.Of(reply.Customer).Name).At($"{field}[{i}]", "TAKEN"));
            if (rejection is not null)
            {
                await ReleaseAsync(ids.Except(Working.Identities));
                return ([], rejection);
            }

            ids.Add(id);
        }

        return (ids, null);
    }

    private async Task ReleaseAsync(IEnumerable<string> ids)
    {
        foreach (var id in ids) await Identity(id).ReleaseAsync(Id);
    }

    private IIdentityGrain Identity(string id) => grains.GetGrain<IIdentityGrain>($"{Workspace}/{id}");

    private async Task<bool> FindKeyAsync() => Working.EraseTime is null && await EnsureKeyAsync(KeyVault.CustomerOwner(Id));

    private protected override CustomerState Write(CustomerState state, CustomerChange change, Commit commit, long version)
    {
        commit.Author = change.Author;
        commit.Customer = new CustomerCommit();
        commit.Customer.Events.AddRange(change.Events);
        var after = CustomerCore.Apply(state, version, commit.CommitTime, change.Events, change.Record);
        // Lists and event readers show the record of the last commit that has one, so it is written whole.
        if (change.Record is not null) commit.Customer.Record = Key!.Seal(after.ToPublic(Id), Purposes.Record);
        return after;
    }

    private protected override CustomerState Apply(CustomerState state, Commit commit, long version)
    {
        var record = commit.Customer.Record.IsEmpty ? null : Key?.Open(commit.Customer.Record, Customer.Parser, Purposes.Record);
        return CustomerCore.Apply(state, version, commit.CommitTime, commit.Customer.Events, record);
    }

    private protected override async ValueTask PrepareAsync(Commit commit) =>
        Key ??= await Context.Vault.FindAsync(Workspace, KeyVault.CustomerOwner(Id));

    private protected override async ValueTask<CustomerState> RestoreAsync(Snapshot snapshot, long version)
    {
        var stored = snapshot.Customer;
        Key = await Context.Vault.FindAsync(Workspace, KeyVault.CustomerOwner(Id));
        return new CustomerState
        {
            Version = version,
            Record = stored.Record.IsEmpty || Key is null ? new Customer() : Key.Open(stored.Record, Customer.Parser, Purposes.Record),
            Identities = [.. stored.Identities],
            ReleasedIdentities = [.. stored.ReleasedIdentities],
            Conversations = [.. stored.Conversations],
            CreateTime = stored.CreateTime,
            UpdateTime = stored.UpdateTime,
            DataVersion = stored.DataVersion,
            EraseTime = stored.EraseTime,
            Erased = stored.Erased,
        };
    }

    private protected override void Capture(CustomerState state, Snapshot snapshot)
    {
        var stored = new CustomerSnapshot
        {
            CreateTime = state.CreateTime,
            UpdateTime = state.UpdateTime,
            DataVersion = state.DataVersion,
            EraseTime = state.EraseTime,
            Erased = state.Erased,
        };
        if (Key is not null) stored.Record = Key.Seal(state.Record, Purposes.Record);
        stored.Identities.AddRange(state.Identities);
        stored.ReleasedIdentities.AddRange(state.ReleasedIdentities);
        stored.Conversations.AddRange(state.Conversations);
        snapshot.Customer = stored;
    }
}
