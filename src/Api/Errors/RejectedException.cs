using Engine.Internal.V1;

namespace Engine.Api.Errors;

/// <summary>
/// Carries a refusal from where it was found to <see cref="ErrorMapping"/>, which alone knows gRPC statuses. Never crosses
/// a process: between silos refusals are replies.
/// </summary>
internal sealed class RejectedException(Rejection rejection, Grpc.Core.StatusCode? code = null) : Exception(rejection.Text)
{
    public Rejection Rejection { get; } = rejection;

    /// <summary>For the few statuses that no grain answers with, such as UNAUTHENTICATED.</summary>
    public Grpc.Core.StatusCode? Code { get; } = code;
}
