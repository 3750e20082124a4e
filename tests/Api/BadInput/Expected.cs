using Grpc.Core;

namespace Engine.Api.Tests.BadInput;

/// <summary>What a malformed request is answered with.</summary>
/// <param name="Field">The path of the one field at fault; null when it is no field's.</param>
internal sealed record Expected(StatusCode Code, string Reason, string? Field = null);
