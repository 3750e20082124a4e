using Engine.Grains.Consumers;
using Engine.Grains.Journal;

namespace Engine.Grains.Tests.Routing.Support;

/// <summary>A consumer that never sees some commits.</summary>
internal sealed class ForgetfulConsumer(IConsumer inner, Func<JournalRow, bool> loses) : IConsumer
{
    public Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken) => inner.TakeAsync(lanes, cancellationToken);

    public Task<bool> HandleAsync(JournalPage page, Checkpoint after, CancellationToken cancellationToken) =>
        inner.HandleAsync(page with { Rows = [.. page.Rows.Where(row => !loses(row))] }, after, cancellationToken);
}
