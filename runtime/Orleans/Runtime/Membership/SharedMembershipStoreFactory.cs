namespace Orleans.Runtime.Membership;

/// <summary>Gives the silos of a test cluster one table.</summary>
internal sealed class SharedMembershipStoreFactory(MemoryMembershipTable table) : IMembershipStoreFactory
{
    public bool IsWithinProcess => true;

    public IMembershipStore Create() => new MemoryMembershipStore(table);
}
