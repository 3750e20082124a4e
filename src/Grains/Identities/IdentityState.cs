namespace Engine.Grains.Identities;

/// <summary>Whose an address is; empty: nobody's.</summary>
public sealed record IdentityState(string Customer)
{
    public static IdentityState None { get; } = new("");
}
