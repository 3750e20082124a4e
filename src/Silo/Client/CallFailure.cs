using Google.Rpc;
using Grpc.Core;

namespace Engine.Silo.Client;

/// <summary>Puts a refusal into words: status, reason and the fields at fault.</summary>
internal static class CallFailure
{
    private const string DetailsHeader = "grpc-status-details-bin";

    public static string Describe(RpcException fault)
    {
        var text = $"{Name(fault.StatusCode)}: {fault.Status.Detail}";
        if (fault.Trailers.GetValueBytes(DetailsHeader) is not { } bytes)
            return text;
        foreach (var detail in Google.Rpc.Status.Parser.ParseFrom(bytes).Details)
        {
            if (detail.TryUnpack<ErrorInfo>(out var info))
                text = $"{Name(fault.StatusCode)} {info.Reason}: {fault.Status.Detail}";
            else if (detail.TryUnpack<BadRequest>(out var bad))
                text += string.Concat(bad.FieldViolations.Select(field => $"\n  {field.Field}: {field.Description}"));
        }

        return text;
    }

    // NotFound -> NOT_FOUND, as the documentation and other clients spell it.
    private static string Name(StatusCode code) => string.Concat(
        code.ToString().Select((letter, index) => index > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
