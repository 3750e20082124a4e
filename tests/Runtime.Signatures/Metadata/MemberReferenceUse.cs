namespace Engine.Runtime.Signatures.Tests.Metadata;

/// <summary>A member that an assembly uses of another assembly.</summary>
/// <param name="Scope">Assembly that it expects the member in.</param>
/// <param name="Type">Full name of the declaring type.</param>
/// <param name="Member">The member with its exact signature.</param>
internal sealed record MemberReferenceUse(string Scope, string Type, ApiMethod Member);
