namespace Orleans.Runtime.Membership;

/// <summary>What one read of the membership says of a member's life.</summary>
/// <param name="Silo">Who.</param>
/// <param name="Renewals">Counts its renewals. That it differs from the last read is all that matters.</param>
/// <param name="Lease">How long each of its renewals holds: silos that were configured differently meet while settings are rolled out.</param>
/// <param name="LeaseLeft">How long its lease lasts by the store's clock; not positive when it has expired.</param>
/// <param name="Witnesses">How many other members than the one that reads say that its port has refused them since this renewal.</param>
internal readonly record struct MemberPulse(SiloAddress Silo, long Renewals, TimeSpan Lease, TimeSpan LeaseLeft, int Witnesses = 0)
{
    /// <summary>Also when more is left than a lease is long: then the store's clock was set back since, and says nothing.</summary>
    public bool IsExpired => LeaseLeft <= TimeSpan.Zero || LeaseLeft > Lease;
}
