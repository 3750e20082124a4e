namespace Orleans.Runtime.Membership;

/// <summary>Where this process finds the membership of its cluster.</summary>
internal interface IMembershipStoreFactory
{
    IMembershipStore Create();
}
