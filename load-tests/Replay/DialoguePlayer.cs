using System.Globalization;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Dialogues;
using Engine.LoadTests.Measuring;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Engine.LoadTests.Replay;

/// <summary>
/// Plays one dialogue at a time per call: the customer through the channels' door, agents and bot through the conversation,
/// each turn after the one before was acknowledged, as people do.
/// </summary>
internal sealed class DialoguePlayer(
    EngineApi api, RetryingCaller caller, Staff staff, int run, TimeProvider time, LatencyLog sends)
{
    private readonly List<string> _errors = [];

    /// <summary>What went wrong for good.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors) return [.. _errors];
        }
    }

    public async Task<PlayedDialogue> PlayAsync(Dialogue dialogue, int number, CancellationToken cancellationToken)
    {
        var course = new Course(dialogue, number, staff.Agents[number % staff.Agents.Count]);
        try
        {
            for (var i = 0; i < dialogue.Turns.Count; i++) await PlayTurnAsync(course, i, cancellationToken);
            await EndAsync(course, cancellationToken);
            return course.Finish(complete: true);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            lock (_errors) _errors.Add($"{dialogue.Id}: {e.StatusCode} {e.Status.Detail}");
            return course.Finish(complete: false);
        }
    }

    private async Task PlayTurnAsync(Course course, int index, CancellationToken cancellationToken)
    {
        var turn = course.Dialogue.Turns[index];
        if (turn.Speaker == Speaker.Customer)
        {
            await ReceiveAsync(course, index, cancellationToken);
            return;
        }

        if (course.Conversation is null)
        {
            var withContent = turn.Speaker == Speaker.Agent;
            await StartAsync(course, index, withContent ? turn.Content : null, cancellationToken);
            if (withContent) return;
        }

        if (turn.Speaker == Speaker.Bot)
        {
            await SendAsync(
                course, api.Conversations.SendMessageAsync, staff.Integration,
                new SendMessageRequest
                {
                    RequestId = Id(course, index),
                    Conversation = course.Conversation,
                    Content = turn.Content,
                    AuthorType = AuthorType.Bot,
                },
                m => m, MessageKind.Message, Bot, turn.Content, cancellationToken);
            return;
        }

        await AssignAsync(course, cancellationToken);
        var agent = new Author { Type = AuthorType.Agent, Name = course.Agent.Name };
        if (turn.Speaker == Speaker.Note)
        {
            await SendAsync(
                course, api.Conversations.AddNoteAsync, course.Agent.Headers,
                new AddNoteRequest { RequestId = Id(course, index), Conversation = course.Conversation, Content = turn.Content },
                m => m, MessageKind.Note, agent, turn.Content, cancellationToken);
        }
        else
        {
            await SendAsync(
                course, api.Conversations.SendMessageAsync, course.Agent.Headers,
                new SendMessageRequest { RequestId = Id(course, index), Conversation = course.Conversation, Content = turn.Content },
                m => m, MessageKind.Message, agent, turn.Content, cancellationToken);
        }
    }

    private Author Bot => new() { Type = AuthorType.Bot, Name = staff.IntegrationName };

    private string Id(Course course, object step) =>
        string.Create(CultureInfo.InvariantCulture, $"replay-{run}-{course.Number}-{step}");

    private async Task ReceiveAsync(Course course, int index, CancellationToken cancellationToken)
    {
        var content = course.Dialogue.Turns[index].Content;
        var request = new ReceiveMessageRequest
        {
            RequestId = Id(course, index),
            Channel = course.Dialogue.Channel,
            Address = CustomerAddress.Create(course.Dialogue.Channel, run, course.Number),
            ExternalId = $"external-{Id(course, index)}",
            Content = content,
            DisplayName = course.Dialogue.DisplayName,
            Language = course.Dialogue.Language,
            Subject = course.Dialogue.Subject,
        };
        await SendAsync(
            course, api.Inbound.ReceiveMessageAsync, staff.Integration, request,
            response =>
            {
                course.Customer ??= response.Customer;
                course.MovesTo(response.Conversation);
                return response.Message;
            },
            MessageKind.Message,
            new Author { Type = AuthorType.Customer, Name = course.Customer ?? "" },
            content, cancellationToken);
    }

    /// <summary>A dialogue that the customer does not begin: the shop knows the customer, and opens the conversation.</summary>
    private async Task StartAsync(Course course, int index, Content? content, CancellationToken cancellationToken)
    {
        var create = new CreateCustomerRequest
        {
            RequestId = Id(course, "customer"),
            Customer = new Customer
            {
                DisplayName = course.Dialogue.DisplayName,
                Language = course.Dialogue.Language,
                Identities =
                {
                    new Identity
                    {
                        Channel = course.Dialogue.Channel,
                        Address = CustomerAddress.Create(course.Dialogue.Channel, run, course.Number),
                    },
                },
            },
        };
        var customer = await caller.CallAsync(
            api.Customers.CreateCustomerAsync, create, staff.Integration, cancellationToken);
        course.Customer = customer.Name;
        var request = new StartConversationRequest
        {
            RequestId = Id(course, "start"),
            Customer = customer.Name,
            Channel = course.Dialogue.Channel,
            Subject = course.Dialogue.Subject,
            Language = course.Dialogue.Language,
        };
        if (content is null)
        {
            var started = await caller.CallAsync(
                api.Conversations.StartConversationAsync, request, staff.Integration, cancellationToken);
            course.MovesTo(started.Conversation.Name);
            return;
        }

        request.Content = content;
        await SendAsync(
            course, api.Conversations.StartConversationAsync, course.Agent.Headers, request,
            response =>
            {
                course.MovesTo(response.Conversation.Name);
                return response.Message;
            },
            MessageKind.Message,
            new Author { Type = AuthorType.Agent, Name = course.Agent.Name },
            content, cancellationToken);
    }

    private async Task SendAsync<TRequest, TResponse>(
        Course course,
        Func<TRequest, CallOptions, AsyncUnaryCall<TResponse>> method,
        Metadata headers,
        TRequest request,
        Func<TResponse, Message> message,
        MessageKind kind,
        Author author,
        Content content,
        CancellationToken cancellationToken)
        where TRequest : IMessage
    {
        var begin = time.GetTimestamp();
        TResponse response;
        try
        {
            response = await caller.CallAsync(method, request, headers, cancellationToken);
        }
        catch (RpcException e) when (RetryingCaller.IsRetryable(e, out _))
        {
            course.Sent.Add(new SentTurn(null, kind, author, content));
            throw;
        }

        sends.Add(time.GetElapsedTime(begin));
        var acknowledged = message(response);
        if (author.Type == AuthorType.Customer) author.Name = course.Customer;
        course.Sent.Add(new SentTurn(acknowledged.Name, kind, author, content));
    }

    private async Task AssignAsync(Course course, CancellationToken cancellationToken)
    {
        if (course.Assigned) return;
        var request = new AssignConversationRequest
        {
            RequestId = Id(course, "assign"),
            Name = course.Conversation,
            Agent = course.Agent.Name,
        };
        await caller.CallAsync(
            api.Conversations.AssignConversationAsync, request, course.Agent.Headers, cancellationToken);
        course.Assigned = true;
    }

    private async Task EndAsync(Course course, CancellationToken cancellationToken)
    {
        switch (course.Dialogue.Ends)
        {
            case Ending.Resolved:
                await caller.CallAsync(
                    api.Conversations.ResolveConversationAsync,
                    new ResolveConversationRequest { RequestId = Id(course, "end"), Name = course.Conversation },
                    course.Agent.Headers, cancellationToken);
                break;
            case Ending.Snoozed:
                await caller.CallAsync(
                    api.Conversations.SnoozeConversationAsync,
                    new SnoozeConversationRequest
                    {
                        RequestId = Id(course, "end"),
                        Name = course.Conversation,
                        UntilTime = Timestamp.FromDateTimeOffset(time.GetUtcNow() + TimeSpan.FromDays(1)),
                    },
                    course.Agent.Headers, cancellationToken);
                break;
        }
    }

    /// <summary>Where a dialogue stands while it is played.</summary>
    private sealed class Course(Dialogue dialogue, int number, StaffAgent agent)
    {
        private int _strays;

        public Dialogue Dialogue => dialogue;

        public int Number => number;

        public StaffAgent Agent => agent;

        public string? Conversation { get; private set; }

        public string? Customer { get; set; }

        public bool Assigned { get; set; }

        public List<SentTurn> Sent { get; } = [];

        /// <summary>All turns of a dialogue belong into one conversation.</summary>
        public void MovesTo(string conversation)
        {
            Conversation ??= conversation;
            if (Conversation != conversation) _strays++;
        }

        public PlayedDialogue Finish(bool complete) => new(dialogue, Conversation, Customer, Sent, complete, _strays);
    }
}
