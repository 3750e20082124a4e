using System.Text.Json;

namespace Engine.Interop.Tests;

/// <summary>What every client must see, whatever its language.</summary>
public abstract class ClientScenarios(ClientFixture fixture)
{
    [Fact]
    public void Unary_calls_carry_text_and_rich_content_and_repeat_their_response()
    {
        var seen = Seen("unary");
        Assert.Equal(["Olá, onde está? Ünïcödé 🎁", "Já vem."], Strings(seen.GetProperty("texts")));
        Assert.Equal([null, "quick_replies"], Strings(seen.GetProperty("rich")));
        Assert.StartsWith("customers/", seen.GetProperty("customer").GetString(), StringComparison.Ordinal);
        Assert.True(seen.GetProperty("same").GetBoolean());
        Assert.Equal("string", seen.GetProperty("position").GetString());
    }

    [Fact]
    public void Server_stream_broken_off_and_resumed_has_no_gap_and_no_double()
    {
        var versions = Seen("stream").GetProperty("versions").EnumerateArray().Select(version => version.GetInt64());
        Assert.Equal([1, 2, 3, 4, 5], versions);
    }

    [Theory]
    [InlineData("missing", "NOT_FOUND", "CUSTOMER_NOT_FOUND")]
    [InlineData("anonymous", "UNAUTHENTICATED", "KEY_MISSING")]
    [InlineData("reused", "INVALID_ARGUMENT", "REQUEST_ID_REUSED")]
    [InlineData("too_large", "RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE")]
    public void Error_has_code_reason_and_domain(string scenario, string code, string reason)
    {
        var seen = Seen("errors").GetProperty(scenario);
        Assert.Equal(code, seen.GetProperty("code").GetString());
        Assert.Equal(reason, seen.GetProperty("reason").GetString());
        Assert.Equal("engine", seen.GetProperty("domain").GetString());
        Assert.Contains("google.rpc.ErrorInfo", Strings(seen.GetProperty("types")));
    }

    [Fact]
    public void Invalid_request_names_every_wrong_field()
    {
        var seen = Seen("errors").GetProperty("invalid");
        Assert.Equal("INVALID_ARGUMENT", seen.GetProperty("code").GetString());
        Assert.Equal(3, seen.GetProperty("status_code").GetInt32());
        var fields = Strings(seen.GetProperty("fields"));
        Assert.Contains("request_id", fields);
        Assert.Contains(fields, field => field!.StartsWith("content", StringComparison.Ordinal));
    }

    [Fact]
    public void Deadline_ends_a_stream_in_time_and_one_in_the_past_ends_a_call()
    {
        var seen = Seen("deadline");
        Assert.Equal("DEADLINE_EXCEEDED", seen.GetProperty("code").GetString());
        Assert.InRange(seen.GetProperty("after_ms").GetDouble(), 400, 300_000);
        Assert.Equal("DEADLINE_EXCEEDED", seen.GetProperty("past").GetString());
    }

    [Fact]
    public void Cancelled_stream_ends_and_the_connection_goes_on()
    {
        var seen = Seen("cancellation");
        Assert.Equal("CANCELLED", seen.GetProperty("code").GetString());
        Assert.True(seen.GetProperty("works_after").GetBoolean());
    }

    [Fact]
    public void Health_tells_of_the_server_and_of_each_service()
    {
        var seen = Seen("health");
        Assert.Equal("SERVING", seen.GetProperty("all").GetString());
        Assert.Equal("SERVING", seen.GetProperty("conversations").GetString());
        Assert.Equal("NOT_FOUND", seen.GetProperty("unknown").GetString());
        Assert.Equal("SERVING", seen.GetProperty("watched").GetString());
    }

    [Fact]
    public void Reflection_lists_the_services_and_hands_out_their_descriptors()
    {
        var seen = Seen("reflection");
        var services = Strings(seen.GetProperty("services"));
        string[] expected =
        [
            "engine.v1.AgentService", "engine.v1.ConversationService", "engine.v1.CustomerService", "engine.v1.EventService",
            "engine.v1.InboundService", "engine.v1.QueueService", "engine.v1.SlaService", "engine.v1.WorkspaceService", "grpc.health.v1.Health",
        ];
        Assert.Equal(expected, expected.Intersect(services));
        Assert.True(seen.GetProperty("files").GetInt32() >= 1);
        Assert.True(seen.GetProperty("names_itself").GetBoolean());
        Assert.Equal(5, seen.GetProperty("unknown").GetInt32());
    }

    private static List<string?> Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString())];

    private JsonElement Seen(string scenario)
    {
        var seen = fixture.Seen.GetProperty(scenario);
        Assert.False(seen.TryGetProperty("error", out var error), error.ToString());
        return seen;
    }
}
