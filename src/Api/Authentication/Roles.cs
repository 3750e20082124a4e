namespace Engine.Api.Authentication;

/// <summary>A set of roles.</summary>
[Flags]
internal enum Roles
{
    None = 0,
    Admin = 1,
    Agent = 2,
    Integration = 4,
    ReadOnly = 8,
    Everyone = Admin | Agent | Integration | ReadOnly,
}
