using Engine.Grains.Conversations;
using Engine.Grains.Tests.Support;
using Engine.V1;
using Google.Protobuf.WellKnownTypes;

namespace Engine.Grains.Tests.Conversations;

/// <summary>Brings a conversation into a state, by commands only.</summary>
internal static class Conversation
{
    public static ConversationState In(ConversationStatus status, DateTimeOffset now)
    {
        var start = new StartConversationRequest
        {
            RequestId = "start",
            Customer = "customers/carla",
            Channel = "web",
            Content = new() { Text = "hello" },
            Attributes = { ["other"] = "kept", ["gone"] = "soon" },
        };
        var open = After(ConversationState.None, ConversationCore.Start(ConversationState.None, new() { Request = start }, Callers.Integration).Change!, now);
        var decision = status switch
        {
            ConversationStatus.Open => default(Decision<ConversationChange>?),
            ConversationStatus.Pending => ConversationCore.Send(open, new() { Content = new() { Text = "hi" } }, Callers.Agent("ana")),
            ConversationStatus.Snoozed => ConversationCore.Snooze(open, new() { UntilTime = Timestamp.FromDateTimeOffset(now.AddHours(3)) }, Callers.Admin, now),
            ConversationStatus.Resolved => ConversationCore.Resolve(open, Callers.Admin, now.AddDays(7)),
            ConversationStatus.Closed => ConversationCore.Close(open, Callers.Admin, now),
            _ => throw new ArgumentOutOfRangeException(nameof(status)),
        };
        return decision is { } d ? After(open, d.Change!, now) : open;
    }

    public static ConversationState After(ConversationState state, ConversationChange change, DateTimeOffset now) => ConversationCore.Apply(
        state, state.Version + 1, Timestamp.FromDateTimeOffset(now), change.Author, change.Events, change.Data, change.Details);
}
