using System.Globalization;
using Engine.V1;
using Grpc.Core;
using Spectre.Console;

namespace Engine.Silo.Demo;

/// <summary>
/// Prints what happens in the workspace as the engine tells it: from the stream of events, not from what was sent.
/// </summary>
internal sealed class DemoPrinter(IAnsiConsole console, IReadOnlyDictionary<string, string> languages)
{
    private static readonly string[] Colours = ["deepskyblue1", "springgreen3", "orange1", "mediumpurple1", "salmon1"];
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, (string Customer, string Channel)> _conversations = [];
    private readonly List<string> _languageOrder = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _messages;
    private (long Messages, TaskCompletionSource Reached)? _awaited;
    private readonly Lock _gate = new();

    /// <summary>Completes when the stream is open, so that nothing is missed.</summary>
    public Task Started => _started.Task;

    /// <summary>Follows the workspace until cancelled.</summary>
    public async Task RunAsync(CallInvoker invoker, CancellationToken cancellationToken)
    {
        try
        {
            using var call = new EventService.EventServiceClient(invoker).WatchEvents(
                new WatchEventsRequest(), cancellationToken: cancellationToken);
            await call.ResponseHeadersAsync;
            _started.TrySetResult();
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                if (response.Event is { } happened)
                    Print(happened);
            }
        }
        catch (Exception fault) when (cancellationToken.IsCancellationRequested && fault is RpcException or OperationCanceledException)
        {
            // As asked.
        }
        catch (Exception fault)
        {
            _started.TrySetException(fault);
            lock (_gate)
                _awaited?.Reached.TrySetException(fault);
            throw;
        }
    }

    /// <summary>Completes when this many messages and notes were printed.</summary>
    public Task WaitForAsync(long messages)
    {
        lock (_gate)
        {
            if (_messages >= messages)
                return Task.CompletedTask;
            _awaited = (messages, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _awaited.Value.Reached.Task;
        }
    }

    private void Print(Event happened)
    {
        foreach (var change in happened.CustomerEvents.Where(change => change.Changed is not null))
            _names[change.Changed.Name] = change.Changed.DisplayName;
        foreach (var change in happened.AgentEvents.Where(change => change.Changed is not null))
            _names[change.Changed.Name] = change.Changed.DisplayName;
        foreach (var change in happened.ConversationEvents)
        {
            if (change.Started is { } started)
                _conversations[happened.Resource] = (started.Customer, started.Channel);
            if (Describe(change) is { } line)
                Write(happened, line.Who, line.Sign, line.Text);
            if (change.EventCase == ConversationEvent.EventOneofCase.Message)
                Count();
        }
    }

    private (string Who, string Sign, string Text)? Describe(ConversationEvent change) => change.EventCase switch
    {
        ConversationEvent.EventOneofCase.Message => (
            change.Message.Author.Type == AuthorType.Bot ? "Bot" : Name(change.Message.Author.Name),
            change.Message.Kind == MessageKind.Note ? "#" : change.Message.Author.Type == AuthorType.Customer ? ">" : "<",
            Text(change.Message.Content)),
        ConversationEvent.EventOneofCase.AssigneeChanged when change.AssigneeChanged.To.Length > 0 => (
            "", "*", change.AssigneeChanged.From.Length > 0
                ? $"handed over from {Name(change.AssigneeChanged.From)} to {Name(change.AssigneeChanged.To)}"
                : $"taken by {Name(change.AssigneeChanged.To)}"),
        ConversationEvent.EventOneofCase.StatusChanged when change.StatusChanged.To
            is ConversationStatus.Resolved or ConversationStatus.Snoozed or ConversationStatus.Closed => (
            "", "*", change.StatusChanged.To.ToString().ToLowerInvariant()),
        _ => null,
    };

    private void Write(Event happened, string who, string sign, string text)
    {
        var (customer, channel) = _conversations.GetValueOrDefault(happened.Resource, ("", ""));
        var name = Name(customer);
        var language = languages.GetValueOrDefault(name, "");
        if (!_languageOrder.Contains(language))
            _languageOrder.Add(language);
        var colour = Colours[_languageOrder.IndexOf(language) % Colours.Length];
        var time = happened.CommitTime.ToDateTimeOffset().ToString("HH:mm", CultureInfo.InvariantCulture);
        // Every line names its conversation by its customer, since many go on at once.
        var head = $"{time} {Fit(language, 2)} {Fit(channel, 9)} {Fit(name, 18)} {sign} ";
        var body = who.Length > 0 && who != name ? $"{who}: {text}" : text;
        body = Cut(body, Math.Max(20, console.Profile.Width - head.Length - 1));
        console.MarkupLine($"[{colour}]{Markup.Escape(head)}[/]{Markup.Escape(body)}");
    }

    private void Count()
    {
        lock (_gate)
        {
            _messages++;
            if (_awaited is { } awaited && _messages >= awaited.Messages)
                awaited.Reached.TrySetResult();
        }
    }

    private string Name(string resource) => _names.GetValueOrDefault(resource, resource);

    private static string Text(Content content)
    {
        var text = string.Join(' ', content.Text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return content.RichCase == Content.RichOneofCase.None ? text : $"[{content.RichCase}] {text}";
    }

    private static string Fit(string text, int width) => Cut(text, width).PadRight(width);

    // By what is seen as one letter, or an emoji would be cut in two.
    private static string Cut(string text, int width)
    {
        var letters = StringInfo.ParseCombiningCharacters(text);
        return letters.Length <= width ? text : string.Concat(text.AsSpan(0, letters[width - 1]), "…");
    }
}
