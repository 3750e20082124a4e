using Engine.V1;

namespace Engine.LoadTests.Tests.Replay;

/// <summary>A conversation of <see cref="FakeEngine"/>.</summary>
internal sealed class FakeConversation(string name, string customer)
{
    private ConversationStatus _status = ConversationStatus.Open;

    public string Name => name;

    public string Customer => customer;

    public List<Message> Messages { get; } = [];

    public List<WatchConversationResponse> Commits { get; } = [new() { Version = 1 }];

    public Message Add(MessageKind kind, Author author, Content content)
    {
        var version = Commits.Count + 1;
        var message = new Message
        {
            Name = $"{name}/messages/{version}",
            Version = version,
            Kind = kind,
            Author = author,
            Content = content,
        };
        Messages.Add(message);
        Commits.Add(new WatchConversationResponse { Version = version, Events = { new ConversationEvent { Message = message } } });
        return message;
    }

    public Conversation Change(ConversationStatus status)
    {
        if (status != ConversationStatus.Unspecified) _status = status;
        Commits.Add(new WatchConversationResponse { Version = Commits.Count + 1 });
        return ToMessage();
    }

    public Conversation ToMessage() => new() { Name = name, Customer = customer, Status = _status, Version = Commits.Count };
}
