using Engine.Grains.Consumers;
using Engine.Grains.Journal;

namespace Engine.Grains.Views;

/// <summary>Keeps the read models up with the journal.</summary>
internal sealed class ViewConsumer(IViewStore views, ViewProgress progress) : IConsumer
{
    public const string Name = "views";

    public async Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken)
    {
        var taken = await views.TakeAsync(lanes, cancellationToken);
        progress.Advance(lanes, taken.Position);
        return taken;
    }

    public async Task<bool> HandleAsync(JournalPage page, Checkpoint after, CancellationToken cancellationToken)
    {
        if (!await views.ApplyAsync(ViewProjection.Project(page.Rows), after, cancellationToken)) return false;
        progress.Advance(after.Lanes, after.Position);
        return true;
    }
}
