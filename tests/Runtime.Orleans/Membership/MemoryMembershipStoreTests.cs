using Orleans.Runtime.Membership;

namespace Engine.Runtime.Orleans.Tests.Membership;

public sealed class MemoryMembershipStoreTests : MembershipStoreContract
{
    private readonly MemoryMembershipTable _table = new(TimeProvider.System);

    private protected override IMembershipStore Open() => new MemoryMembershipStore(_table);
}
