using System.Diagnostics.CodeAnalysis;
using Engine.Internal.V1;

namespace Engine.Grains;

/// <summary>What an actor's pure core decided: a change, or a refusal.</summary>
public readonly struct Decision<TChange>
    where TChange : class
{
    private Decision(TChange? change, Rejection? rejection) => (Change, Rejection) = (change, rejection);

    public TChange? Change { get; }

    public Rejection? Rejection { get; }

    [MemberNotNullWhen(true, nameof(Rejection))]
    [MemberNotNullWhen(false, nameof(Change))]
    public bool IsRejected => Rejection is not null;

#pragma warning disable CA2225 // The named alternates would only say the same again.
    public static implicit operator Decision<TChange>(TChange change) => new(change, null);

    public static implicit operator Decision<TChange>(Rejection rejection) => new(null, rejection);
#pragma warning restore CA2225
}
