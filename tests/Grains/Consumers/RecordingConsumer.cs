using System.Collections.Concurrent;
using Engine.Grains.Consumers;
using Engine.Grains.Journal;

namespace Engine.Grains.Tests.Consumers;

/// <summary>Writes down what it is given, and fails where a test wants it to.</summary>
internal sealed class RecordingConsumer(IConsumerStore store, string name) : IConsumer
{
    public ConcurrentQueue<JournalRow> Handled { get; } = new();

    /// <summary>Asked before each page; throwing is failing.</summary>
    public Func<JournalPage, Task> OnPage { get; set; } = _ => Task.CompletedTask;

    public Task<Checkpoint> TakeAsync(LaneSet lanes, CancellationToken cancellationToken) => store.TakeAsync(name, lanes, cancellationToken);

    public async Task<bool> HandleAsync(JournalPage page, Checkpoint after, CancellationToken cancellationToken)
    {
        await OnPage(page);
        foreach (var row in page.Rows) Handled.Enqueue(row);
        return await store.MoveAsync(name, after, cancellationToken);
    }
}
