using NodaTime;

namespace Engine.Grains.Tests.Routing.Matching.Support;

internal sealed record SlowHold(string Reservation, string Conversation, string Agent, int Units, Instant Since, Instant Until);
