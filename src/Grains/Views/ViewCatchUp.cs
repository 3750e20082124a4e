using Engine.Grains.Journal;

namespace Engine.Grains.Views;

/// <summary>
/// Waits until the read models hold all that was committed before some place of the journal, in every lane: for whoever works
/// through a list of them and must miss nothing. Asks the store, since checkpoints of quiet lanes stand where they were left.
/// </summary>
internal sealed class ViewCatchUp(IViewStore views, IJournal journal)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public async Task WaitAsync(LanePosition place, CancellationToken cancellationToken)
    {
        // What was committed before may still be hidden from readers; when the place itself is not, nothing before it is.
        while (!IsUpTo(place, (await journal.ReadEndAsync(cancellationToken))[place.Lane])) await Task.Delay(Period, TimeProvider.System, cancellationToken);
        for (var group = 0; group < journal.ConsumerGroups; group++)
        {
            var lanes = new LaneSet(group, journal.ConsumerGroups);
            while (!await HoldAsync(lanes, place, cancellationToken)) await Task.Delay(Period, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<bool> HoldAsync(LaneSet lanes, LanePosition place, CancellationToken cancellationToken)
    {
        var checkpoint = await views.ReadCheckpointAsync(cancellationToken);
        var next = await journal.ReadAsync(checkpoint, 1, lanes, null, cancellationToken);
        return next.Rows.Count == 0 ? next.IsEnd : !IsUpTo(next.Rows[0].Position, place);
    }

    private static bool IsUpTo(LanePosition position, LanePosition place) =>
        (position.Transaction, position.Sequence).CompareTo((place.Transaction, place.Sequence)) <= 0;
}
