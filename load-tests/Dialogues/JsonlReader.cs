using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.LoadTests.CommandLine;
using Engine.V1;
using Google.Protobuf;

namespace Engine.LoadTests.Dialogues;

/// <summary>Our own JSON Lines, described in data/README.md: one dialogue a line.</summary>
internal static class JsonlReader
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="UsageException">A line is no such dialogue.</exception>
    public static DialogueSet Read(TextReader reader, string source)
    {
        var dialogues = new List<Dialogue>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            var where = $"{source}, line {number}";
            JsonDialogue parsed;
            try
            {
                parsed = JsonSerializer.Deserialize<JsonDialogue>(line.TrimStart('\uFEFF'), Options)
                    ?? throw new UsageException($"{where}: a dialogue is expected.");
            }
            catch (JsonException e)
            {
                throw new UsageException($"{where}: {e.Message}");
            }

            if (!ids.Add(parsed.Id)) throw new UsageException($"{where}: the id '{parsed.Id}' is there twice.");
            dialogues.Add(Convert(parsed, where));
        }

        return new DialogueSet(dialogues, BlankTurns: 0);
    }

    private static Dialogue Convert(JsonDialogue dialogue, string where)
    {
        if (dialogue.Turns.Count == 0) throw new UsageException($"{where}: a dialogue needs turns.");
        foreach (var (name, value) in new[]
            { ("id", dialogue.Id), ("channel", dialogue.Channel), ("customer.address", dialogue.Customer.Address) })
        {
            if (string.IsNullOrWhiteSpace(value)) throw new UsageException($"{where}: '{name}' is empty.");
        }

        return new Dialogue(
            dialogue.Id,
            dialogue.Channel,
            dialogue.Customer.DisplayName ?? "",
            dialogue.Language ?? "",
            dialogue.Subject ?? "",
            [.. dialogue.Turns.Select((turn, i) => Convert(turn, $"{where}, turn {i + 1}"))],
            dialogue.Ends switch
            {
                null or "resolved" => Ending.Resolved,
                "pending" => Ending.Pending,
                "snoozed" => Ending.Snoozed,
                var other => throw new UsageException($"{where}: unknown ending '{other}'."),
            });
    }

    private static Turn Convert(JsonTurn turn, string where)
    {
        var speaker = turn.From switch
        {
            "customer" => Speaker.Customer,
            "agent" => Speaker.Agent,
            "bot" => Speaker.Bot,
            "note" => Speaker.Note,
            var other => throw new UsageException($"{where}: unknown speaker '{other}'."),
        };
        if (string.IsNullOrWhiteSpace(turn.Text)) throw new UsageException($"{where}: 'text' is empty.");
        var content = new Content();
        if (turn.Rich is { } rich)
        {
            try
            {
                content = JsonParser.Default.Parse<Content>(rich.GetRawText());
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
            {
                throw new UsageException($"{where}: 'rich' is no engine.v1.Content: {e.Message}");
            }

            if (content.Text.Length > 0) throw new UsageException($"{where}: the text belongs beside 'rich', not in it.");
        }

        content.Text = turn.Text;
        return new Turn(speaker, content);
    }

    private sealed record JsonDialogue(
        string Id,
        string Channel,
        JsonCustomer Customer,
        IReadOnlyList<JsonTurn> Turns,
        string? Language = null,
        string? Subject = null,
        string? Ends = null);

    private sealed record JsonCustomer(string Address, string? DisplayName = null);

    private sealed record JsonTurn(string From, string Text, JsonElement? Rich = null);
}
