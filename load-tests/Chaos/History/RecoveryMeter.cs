namespace Engine.LoadTests.Chaos.History;

/// <summary>
/// How long conversations did not answer after a process was killed, as callers saw it.
/// </summary>
/// <remarks>
/// Nobody outside knows which conversations a silo had. But their callers notice: a conversation was hit when its first call
/// after the kill - or one under way at the kill - needed another attempt or took longer than calls do. It has recovered when
/// that call is answered, pauses between attempts included: a caller's view, and so never less than the engine's own.
/// </remarks>
internal static class RecoveryMeter
{
    /// <param name="operations">All calls.</param>
    /// <param name="killedAt">Time stamps of the kills, ascending.</param>
    /// <param name="frequency">Time stamps a second.</param>
    /// <param name="slow">A call that takes longer was disturbed.</param>
    /// <param name="windowMax">Calls that begin later after a kill tell nothing about it.</param>
    /// <returns>For each kill: from the kill to the answer, of each conversation that was hit.</returns>
    public static IReadOnlyList<IReadOnlyList<TimeSpan>> Measure(
        IEnumerable<Operation> operations, IReadOnlyList<long> killedAt, long frequency, TimeSpan slow, TimeSpan windowMax)
    {
        var perKill = killedAt.Select(_ => new List<TimeSpan>()).ToList();
        var window = (long)(windowMax.TotalSeconds * frequency);
        foreach (var slot in operations.GroupBy(o => o.Slot))
        {
            var calls = slot.OrderBy(o => o.Start).ToList();
            for (var k = 0; k < killedAt.Count; k++)
            {
                var kill = killedAt[k];
                var end = Math.Min(kill + window, k + 1 < killedAt.Count ? killedAt[k + 1] : long.MaxValue);
                var first = calls.FirstOrDefault(o => o.End > kill && o.Start < end && (o.Start >= kill || IsDisturbed(o)));
                if (first is not null && IsDisturbed(first)) perKill[k].Add(Span(first.End - kill));
            }
        }

        return perKill;

        bool IsDisturbed(Operation operation) =>
            operation.Attempts > 1 || operation.Outcome == OperationOutcome.Unknown || Span(operation.End - operation.Start) > slow;

        TimeSpan Span(long stamps) => TimeSpan.FromSeconds((double)stamps / frequency);
    }
}
