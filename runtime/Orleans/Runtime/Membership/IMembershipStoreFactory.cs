namespace Orleans.Runtime.Membership;

/// <summary>Where this process finds the membership of its cluster.</summary>
internal interface IMembershipStoreFactory
{
    /// <summary>Whether all members live in this process: then they stand still together, and nobody is left to outlive one of them.</summary>
    bool IsWithinProcess => false;

    IMembershipStore Create();
}
