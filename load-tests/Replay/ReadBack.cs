using System.Collections.Concurrent;
using Engine.LoadTests.Dialogues;
using Engine.V1;

namespace Engine.LoadTests.Replay;

/// <summary>Reads every played conversation back and compares it with what was acknowledged.</summary>
internal sealed class ReadBack(ConversationReader reader, ReplayOptions options, TimeProvider time)
{
    // Every conversation is paged, some message by message, and every other one from its end.
    private static readonly int[] PageSizes = [50, 7, 3, 1];

    public async Task<ReadBackReport> RunAsync(
        string when, IReadOnlyList<PlayedDialogue> played, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        var differences = new TurnDifferences();
        var watchEvery = Math.Max(1, (played.Count + options.Watched - 1) / Math.Max(1, options.Watched));
        var read = 0;
        var watched = 0;
        var results = new ConcurrentQueue<TurnDifferences>();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Concurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, played.Count, parallel, async (i, token) =>
        {
            if (played[i] is not { Conversation: { } conversation } dialogue) return;
            var order = i % 2 == 0 ? SortOrder.Ascending : SortOrder.Descending;
            var messages = await reader.ListAsync(conversation, PageSizes[i / 2 % PageSizes.Length], order, token);
            Interlocked.Add(ref read, messages.Count);
            var found = TurnComparison.Compare(dialogue.Sent, messages);
            found.Mismatches += dialogue.Strays;
            if (dialogue.Strays > 0) found.Tell($"{conversation}: {dialogue.Strays} turns went to another conversation");
            await CountAsync(dialogue, found, token);
            if (options.Watched > 0 && i % watchEvery == 0)
            {
                await WatchAsync(conversation, dialogue, found, token);
                Interlocked.Increment(ref watched);
            }

            if (found.Any) results.Enqueue(found);
        });

        foreach (var result in results) differences.Add(result);
        return new ReadBackReport
        {
            When = when,
            Conversations = played.Count(p => p.Conversation is not null),
            MessagesReadBack = read,
            ConversationsWatched = watched,
            Mismatches = differences.Mismatches,
            Lost = differences.Lost,
            Duplicated = differences.Duplicated,
            DurationS = time.GetElapsedTime(begin).TotalSeconds,
            Examples = differences.Examples,
        };
    }

    /// <summary>The customer is the dialogue's alone, so a second conversation is a doubled one.</summary>
    private async Task CountAsync(PlayedDialogue dialogue, TurnDifferences found, CancellationToken cancellationToken)
    {
        if (dialogue.Customer is null) return;
        var count = await reader.CountConversationsAsync(dialogue.Customer, cancellationToken);
        if (count <= 1 || dialogue.Strays > 0) return;
        found.Duplicated += count - 1;
        found.Tell($"{dialogue.Customer} has {count} conversations");
    }

    private async Task WatchAsync(
        string conversation, PlayedDialogue dialogue, TurnDifferences found, CancellationToken cancellationToken)
    {
        found.Add(TurnComparison.Compare(dialogue.Sent, await reader.WatchAsync(conversation, found, cancellationToken)));
        if (!dialogue.Complete || dialogue.Dialogue.Ends == Ending.Pending) return;
        var wanted = dialogue.Dialogue.Ends == Ending.Resolved ? ConversationStatus.Resolved : ConversationStatus.Snoozed;
        var status = await reader.StatusAsync(conversation, cancellationToken);
        if (status == wanted) return;
        found.Mismatches++;
        found.Tell($"{conversation} is {status} instead of {wanted}");
    }
}
