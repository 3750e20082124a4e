using Engine.V1;
using Grpc.Core;
using Spectre.Console;

namespace Engine.Silo.Demo;

/// <summary>What the engine holds after the morning, read back through the API and compared with what was said.</summary>
internal sealed class DemoSummary
{
    private const int PageSize = 20;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);
    private readonly List<(Dialogue Dialogue, Conversation Conversation, int Messages, int Notes)> _held = [];

    /// <summary>One sentence for each difference.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Lists all conversations, reads each back and compares it turn by turn.</summary>
    /// <param name="listedWithin">A list follows other keys' writes a moment later; how long to wait for it.</param>
    public static async Task<DemoSummary> ReadAsync(
        CallInvoker invoker, IReadOnlyDictionary<string, Dialogue> played, TimeSpan listedWithin, CancellationToken cancellationToken)
    {
        var summary = new DemoSummary();
        var service = new ConversationService.ConversationServiceClient(invoker);
        var began = TimeProvider.System.GetTimestamp();
        var listed = await ListAsync(service, cancellationToken);
        while (listed.Count < played.Count && TimeProvider.System.GetElapsedTime(began) < listedWithin)
        {
            await Task.Delay(AskEvery, TimeProvider.System, cancellationToken);
            listed = await ListAsync(service, cancellationToken);
        }

        foreach (var missing in played.Keys.Except(listed.Select(conversation => conversation.Name)))
            summary.Differences.Add($"{played[missing].Id}: {missing} is not listed");
        foreach (var conversation in listed)
        {
            if (!played.TryGetValue(conversation.Name, out var dialogue))
            {
                summary.Differences.Add($"{conversation.Name} was never held");
                continue;
            }

            // The list may be behind; the conversation itself always tells its state.
            var current = await service.GetConversationAsync(
                new GetConversationRequest { Name = conversation.Name }, cancellationToken: cancellationToken);
            await summary.CompareAsync(service, dialogue, current, cancellationToken);
        }

        return summary;
    }

    /// <summary>Prints the tables and the closing line.</summary>
    public void Print(IAnsiConsole console, TimeSpan duration)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("language", "conversations", "messages", "notes", "resolved", "pending", "snoozed", "channels");
        for (var column = 1; column < 7; column++)
            table.Columns[column].RightAligned();
        foreach (var group in _held.GroupBy(held => held.Dialogue.LanguageCode).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            string CountOf(ConversationStatus status) => $"{group.Count(held => held.Conversation.Status == status)}";
            table.AddRow(
                group.Key,
                $"{group.Count()}",
                $"{group.Sum(held => held.Messages)}",
                $"{group.Sum(held => held.Notes)}",
                CountOf(ConversationStatus.Resolved),
                CountOf(ConversationStatus.Pending),
                CountOf(ConversationStatus.Snoozed),
                string.Join(' ', group.Select(held => held.Conversation.Channel).Distinct().Order(StringComparer.Ordinal)));
        }

        console.WriteLine();
        console.Write(table);
        foreach (var difference in Differences)
            console.WriteLine(difference);
        console.WriteLine(
            $"{_held.Count} conversations held in {duration.TotalSeconds:0.0} s; read back {_held.Sum(held => held.Messages)} messages "
            + $"and {_held.Sum(held => held.Notes)} notes; {Differences.Count} differences.");
    }

    private static async Task<List<Conversation>> ListAsync(
        ConversationService.ConversationServiceClient service, CancellationToken cancellationToken)
    {
        var listed = new List<Conversation>();
        var token = "";
        do
        {
            var page = await service.ListConversationsAsync(
                new ListConversationsRequest { PageSize = PageSize, PageToken = token }, cancellationToken: cancellationToken);
            listed.AddRange(page.Conversations);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return listed;
    }

    private async Task CompareAsync(
        ConversationService.ConversationServiceClient service, Dialogue dialogue, Conversation conversation, CancellationToken cancellationToken)
    {
        var messages = new List<Message>();
        var token = "";
        do
        {
            var page = await service.ListMessagesAsync(
                new ListMessagesRequest { Conversation = conversation.Name, PageSize = PageSize, PageToken = token },
                cancellationToken: cancellationToken);
            messages.AddRange(page.Messages);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        var notes = messages.Count(message => message.Kind == MessageKind.Note);
        _held.Add((dialogue, conversation, messages.Count - notes, notes));
        if (messages.Count != dialogue.Turns.Count)
            Differences.Add($"{dialogue.Id}: {dialogue.Turns.Count} turns were said, {messages.Count} are there");
        foreach (var (turn, message) in dialogue.Turns.Zip(messages))
        {
            if (From(message) != turn.From || !turn.ToContent().Equals(message.Content))
                Differences.Add($"{dialogue.Id}: {message.Name} is not what {turn.From} said");
        }

        if (conversation.Status != dialogue.FinalStatus)
            Differences.Add($"{dialogue.Id}: is {conversation.Status}, was left {dialogue.FinalStatus}");
    }

    private static string From(Message message) => message.Kind == MessageKind.Note
        ? "note"
        : message.Author.Type switch
        {
            AuthorType.Customer => "customer",
            AuthorType.Agent => "agent",
            AuthorType.Bot => "bot",
            _ => "",
        };
}
