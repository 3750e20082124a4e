using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Views;

/// <summary>Keeps the read models up with the journal.</summary>
internal sealed class ViewConsumer(IJournal journal, IViewStore views, ViewProgress progress, ILogger<ViewConsumer> logger)
    : JournalConsumer(journal, logger, "views")
{
    private Checkpoint? _taken;

    protected override async Task<JournalPosition> ReadCheckpointAsync(CancellationToken cancellationToken)
    {
        _taken = await views.TakeAsync(LaneSet.All, cancellationToken);
        progress.Advance(_taken.Position);
        return _taken.Position;
    }

    protected override async Task HandleAsync(JournalPage page, CancellationToken cancellationToken)
    {
        await views.ApplyAsync(ViewProjection.Project(page.Rows), _taken! with { Position = page.Next }, cancellationToken);
        progress.Advance(page.Next);
    }

    protected override Task GatherAsync(TimeSpan gathering, CancellationToken cancellationToken) =>
        Task.WhenAny(base.GatherAsync(gathering, cancellationToken), progress.Wanted);
}
