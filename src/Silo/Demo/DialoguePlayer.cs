using System.Diagnostics;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Silo.Demo;

/// <summary>Holds one dialogue through the API: the customer through the inbound door, the shop with its own keys.</summary>
/// <param name="pause">Waits before a turn, as long as people would.</param>
/// <param name="setAsideUntil">Until when a conversation is set aside.</param>
internal sealed class DialoguePlayer(DemoShop shop, Func<CancellationToken, Task> pause, DateTimeOffset setAsideUntil)
{
    private readonly ConversationService.ConversationServiceClient _program = new(shop.Program);
    private readonly InboundService.InboundServiceClient _inbound = new(shop.Program);
    private readonly CustomerService.CustomerServiceClient _customers = new(shop.Program);

    /// <summary>Plays all turns, then leaves the conversation as the dialogue says.</summary>
    /// <returns>The conversation's name.</returns>
    public async Task<string> PlayAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var team = shop.AgentsFor(dialogue.LanguageCode);
        var conversation = "";
        DemoAgent? agent = null;
        var isAnswered = false;
        foreach (var (turn, number) in dialogue.Turns.Select((turn, index) => (turn, index + 1)))
        {
            await pause(cancellationToken);
            if (turn.From == "customer")
            {
                var received = await ReceiveAsync(dialogue, turn, number, cancellationToken);
                if (conversation.Length > 0 && conversation != received)
                    throw new InvalidDataException($"Dialogue {dialogue.Id} went on in another conversation.");
                conversation = received;
                continue;
            }

            if (conversation.Length == 0)
                conversation = await StartAsync(dialogue, cancellationToken);
            if (turn.From == "bot")
            {
                await SendAsync(_program, conversation, turn, cancellationToken);
                continue;
            }

            agent ??= await TakeAsync(conversation, team[0], cancellationToken);
            var service = new ConversationService.ConversationServiceClient(agent.Invoker);
            switch (turn.From)
            {
                case "agent":
                    await SendAsync(service, conversation, turn, cancellationToken);
                    isAnswered = true;
                    break;
                // A colleague takes over what was begun: the note tells why, the history stays.
                case "note" when isAnswered && agent == team[0] && team.Count > 1:
                    agent = team[1];
                    await service.TransferConversationAsync(
                        new TransferConversationRequest
                        {
                            RequestId = NewId(), Name = conversation, Agent = agent.Name, Note = turn.Text,
                        },
                        cancellationToken: cancellationToken);
                    break;
                case "note":
                    await service.AddNoteAsync(
                        new AddNoteRequest { RequestId = NewId(), Conversation = conversation, Content = turn.ToContent() },
                        cancellationToken: cancellationToken);
                    break;
                default:
                    throw new InvalidDataException($"Dialogue {dialogue.Id} has a turn from {turn.From}, which is not known.");
            }
        }

        await pause(cancellationToken);
        agent ??= await TakeAsync(conversation, team[0], cancellationToken);
        await LeaveAsync(conversation, dialogue.FinalStatus, agent, cancellationToken);
        return conversation;
    }

    private static string NewId() => Guid.NewGuid().ToString();

    private async Task<string> ReceiveAsync(Dialogue dialogue, DialogueTurn turn, int number, CancellationToken cancellationToken)
    {
        var received = await _inbound.ReceiveMessageAsync(
            new ReceiveMessageRequest
            {
                Channel = dialogue.Channel,
                Address = dialogue.Customer.Address,
                ExternalId = $"{dialogue.Id}-{number}",
                Content = turn.ToContent(),
                DisplayName = dialogue.Customer.DisplayName ?? "",
                Language = dialogue.Language ?? "",
                Subject = dialogue.Subject ?? "",
            },
            cancellationToken: cancellationToken);
        return received.Conversation;
    }

    // The shop writes first.
    private async Task<string> StartAsync(Dialogue dialogue, CancellationToken cancellationToken)
    {
        var customer = await _customers.CreateCustomerAsync(
            new CreateCustomerRequest
            {
                RequestId = NewId(),
                Customer = new Customer
                {
                    DisplayName = dialogue.Customer.DisplayName ?? "",
                    Language = dialogue.Language ?? "",
                    Identities = { new Identity { Channel = dialogue.Channel, Address = dialogue.Customer.Address } },
                },
            },
            cancellationToken: cancellationToken);
        var started = await _program.StartConversationAsync(
            new StartConversationRequest
            {
                RequestId = NewId(), Customer = customer.Name, Channel = dialogue.Channel, Subject = dialogue.Subject ?? "",
            },
            cancellationToken: cancellationToken);
        return started.Conversation.Name;
    }

    private static async Task<DemoAgent> TakeAsync(string conversation, DemoAgent agent, CancellationToken cancellationToken)
    {
        await new ConversationService.ConversationServiceClient(agent.Invoker).AssignConversationAsync(
            new AssignConversationRequest { RequestId = NewId(), Name = conversation, Agent = agent.Name },
            cancellationToken: cancellationToken);
        return agent;
    }

    private static async Task SendAsync(
        ConversationService.ConversationServiceClient service, string conversation, DialogueTurn turn, CancellationToken cancellationToken) =>
        await service.SendMessageAsync(
            new SendMessageRequest { RequestId = NewId(), Conversation = conversation, Content = turn.ToContent() },
            cancellationToken: cancellationToken);

    private async Task LeaveAsync(string conversation, ConversationStatus status, DemoAgent agent, CancellationToken cancellationToken)
    {
        var service = new ConversationService.ConversationServiceClient(agent.Invoker);
        switch (status)
        {
            case ConversationStatus.Resolved:
                await service.ResolveConversationAsync(
                    new ResolveConversationRequest { RequestId = NewId(), Name = conversation }, cancellationToken: cancellationToken);
                break;
            case ConversationStatus.Snoozed:
                await service.SnoozeConversationAsync(
                    new SnoozeConversationRequest { RequestId = NewId(), Name = conversation, UntilTime = setAsideUntil.ToTimestamp() },
                    cancellationToken: cancellationToken);
                break;
            case ConversationStatus.Pending:
                // Where the shop's last message has put it.
                break;
            default:
                throw new UnreachableException();
        }
    }
}
