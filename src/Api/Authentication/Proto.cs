using Engine.V1;

namespace Engine.Api.Authentication;

/// <summary>Enum values as the contract writes them, without prefix: evidence in errors.</summary>
internal static class Proto
{
    public static string Name(Role role) => role switch
    {
        Role.Admin => "ADMIN",
        Role.Agent => "AGENT",
        Role.Integration => "INTEGRATION",
        Role.ReadOnly => "READ_ONLY",
        _ => "UNSPECIFIED",
    };

    public static string Name(AuthorType type) => type switch
    {
        AuthorType.Customer => "CUSTOMER",
        AuthorType.Agent => "AGENT",
        AuthorType.Bot => "BOT",
        AuthorType.System => "SYSTEM",
        _ => "UNSPECIFIED",
    };
}
