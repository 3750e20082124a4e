using Engine.Internal.V1;
using NodaTime;

namespace Engine.Grains.Routing.Rehearsing;

/// <summary>A wait of a conversation as it was. One that waited several times is several of these.</summary>
/// <param name="Conversation">As it began to wait: wait_begin_time is when it arrived. Its id and version may repeat.</param>
/// <param name="Handled">How long its agent held it as OPEN, once it was assigned.</param>
/// <param name="RecordedWait">How long it waited in fact; null: it got no agent.</param>
public sealed record RehearsedConversation(WaitingConversation Conversation, Duration Handled, Duration? RecordedWait);
