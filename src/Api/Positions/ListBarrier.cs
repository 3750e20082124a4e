using Engine.Api.Authentication;
using Engine.Api.Errors;
using Engine.Grains.Journal;
using Engine.Grains.Views;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Engine.Api.Positions;

/// <summary>
/// Lets a list catch up with what its caller wrote before. Lists are made from the journal a moment later; whoever has
/// just created something and does not find it in the list thinks it lost.
/// </summary>
internal sealed class ListBarrier(IListings listings, WrittenPositions written, TimeProvider time, IOptions<ApiOptions> options)
{
    /// <summary>Response header: the list did not catch up in time and may lack what was asked to be in it.</summary>
    public const string StaleKey = "engine-stale";

    private readonly TimeSpan _wait = TimeSpan.FromMilliseconds(options.Value.ListWaitMs);

    /// <summary>Waits, at most a bounded time, then says in a header when that was not enough.</summary>
    /// <exception cref="RejectedException">The token is no position.</exception>
    public async ValueTask WaitAsync(string token, ServerCallContext context)
    {
        var principal = Principal.Of(context);
        JournalPosition? position;
        if (token.Length == 0)
            position = written.Find(principal);
        else if (!PositionToken.TryParse(principal.Workspace, token, out position))
            throw Refuse.Token(Reasons.InvalidPosition, "after_position", "is not a position of this workspace");

        if (position is null || await HasReachedAsync(position, context.CancellationToken)) return;
        await context.WriteResponseHeadersAsync(new Metadata { { StaleKey, "true" } });
    }

    private async ValueTask<bool> HasReachedAsync(JournalPosition position, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var lane = 0; lane < StreamName.LaneCount; lane++)
        {
            var place = position[lane];
            if (place.Transaction == 0 && place.Sequence == 0) continue;
            var left = _wait - time.GetElapsedTime(start);
            if (!await listings.WaitAsync(place, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken)) return false;
        }

        return true;
    }
}
