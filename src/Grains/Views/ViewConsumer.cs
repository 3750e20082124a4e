using Engine.Grains.Consumers;
using Engine.Grains.Journal;
using Microsoft.Extensions.Logging;

namespace Engine.Grains.Views;

/// <summary>Keeps the read models up with the journal.</summary>
internal sealed class ViewConsumer(IJournal journal, IViewStore views, ViewProgress progress, ILogger<ViewConsumer> logger)
    : JournalConsumer(journal, logger, "views")
{
    protected override async Task<JournalPosition> ReadCheckpointAsync(CancellationToken cancellationToken)
    {
        var position = await views.ReadCheckpointAsync(cancellationToken);
        progress.Advance(position);
        return position;
    }

    protected override async Task HandleAsync(JournalPage page, CancellationToken cancellationToken)
    {
        await views.ApplyAsync(ViewProjection.Project(page.Rows), page.Next, cancellationToken);
        progress.Advance(page.Next);
    }

    protected override Task GatherAsync(TimeSpan gathering, CancellationToken cancellationToken) =>
        Task.WhenAny(base.GatherAsync(gathering, cancellationToken), progress.Wanted);
}
