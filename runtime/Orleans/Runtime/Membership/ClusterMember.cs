namespace Orleans.Runtime.Membership;

/// <summary>A silo as the membership has it.</summary>
/// <param name="Silo">Its identity and where other silos reach it. A restarted process has another generation.</param>
/// <param name="Gateway">Where clients reach it; null without a gateway.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">Joining, Active or ShuttingDown; who is dead is not in the view.</param>
internal sealed record ClusterMember(SiloAddress Silo, SiloAddress? Gateway, string Name, SiloStatus Status);
