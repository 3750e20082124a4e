using Engine.Grains.Journal;
using Engine.V1;

namespace Engine.Grains.Tests.Journal;

public sealed class RequestStampTests
{
    [Fact]
    public void The_order_of_a_map_does_not_matter()
    {
        var one = new StartConversationRequest { Attributes = { ["a"] = "1", ["b"] = "2", ["c"] = "3" } };
        var other = new StartConversationRequest { Attributes = { ["c"] = "3", ["a"] = "1", ["b"] = "2" } };

        Assert.Equal(RequestStamp.Of("r", one), RequestStamp.Of("r", other));
    }

    [Fact]
    public void Another_value_is_another_request() => Assert.NotEqual(
        RequestStamp.Of("r", new SendMessageRequest { Content = new() { Text = "a" } }).Hash,
        RequestStamp.Of("r", new SendMessageRequest { Content = new() { Text = "b" } }).Hash);

    [Fact]
    public void Another_kind_of_request_is_another_request() => Assert.NotEqual(
        RequestStamp.Of("r", new ResolveConversationRequest { Name = "conversations/a" }).Hash,
        RequestStamp.Of("r", new CloseConversationRequest { Name = "conversations/a" }).Hash);

    [Fact]
    public void Stored_hashes_read_back()
    {
        var stamp = RequestStamp.Of("r", "external", new ReceiveMessageRequest { Channel = "sms" });

        Assert.Equal(stamp.ExternalKey, RequestStamp.Read(RequestStamp.Write(stamp.ExternalKey)));
        Assert.Equal(16, RequestStamp.Write(stamp.RequestKey).Length);
        Assert.Equal(UInt128.Zero, RequestStamp.Read(RequestStamp.Write(0)));
    }
}
