using System.Text.Json;
using Engine.LoadTests.CommandLine;
using Engine.V1;

namespace Engine.LoadTests.Dialogues;

/// <summary>
/// The ABCD JSON: a list of dialogues (or an object of such lists, as the whole data set is divided), each with
/// <c>original</c>, a list of <c>[speaker, text]</c>. An <c>action</c> is what the agent's screen says and becomes an
/// internal note.
/// </summary>
internal static class AbcdReader
{
    /// <exception cref="UsageException">The text is no such JSON.</exception>
    public static DialogueSet Read(Stream stream, string source)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(stream);
        }
        catch (JsonException e)
        {
            throw new UsageException($"{source} is no JSON: {e.Message}");
        }

        using (document)
        {
            var dialogues = new List<Dialogue>();
            var blank = 0;
            foreach (var element in Elements(document.RootElement, source))
            {
                var id = $"dialogue {dialogues.Count + 1}";
                if (element.ValueKind != JsonValueKind.Object
                    || !element.TryGetProperty("original", out var original) || original.ValueKind != JsonValueKind.Array)
                    throw new UsageException($"{source}, {id}: a dialogue with a list 'original' is expected.");
                if (element.TryGetProperty("convo_id", out var convo)) id = $"convo {convo}";
                var turns = new List<Turn>();
                foreach (var turn in original.EnumerateArray())
                {
                    var (speaker, text) = ReadTurn(turn, $"{source}, {id}");
                    if (string.IsNullOrWhiteSpace(text)) blank++;
                    else turns.Add(new Turn(speaker, new Content { Text = text }));
                }

                if (turns.Count > 0) dialogues.Add(new Dialogue(id, "web", CustomerName(element), "en", "", turns));
            }

            return new DialogueSet(dialogues, blank);
        }
    }

    private static IEnumerable<JsonElement> Elements(JsonElement root, string source) => root.ValueKind switch
    {
        JsonValueKind.Array => root.EnumerateArray(),
        JsonValueKind.Object when root.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.Array) =>
            root.EnumerateObject().SelectMany(p => p.Value.EnumerateArray()),
        _ => throw new UsageException($"{source}: a list of dialogues is expected."),
    };

    private static (Speaker Speaker, string Text) ReadTurn(JsonElement turn, string where)
    {
        if (turn.ValueKind != JsonValueKind.Array || turn.GetArrayLength() != 2
            || turn[0].ValueKind != JsonValueKind.String || turn[1].ValueKind != JsonValueKind.String)
            throw new UsageException($"{where}: a turn must be [speaker, text].");
        var speaker = turn[0].GetString() switch
        {
            "customer" => Speaker.Customer,
            "agent" => Speaker.Agent,
            "action" => Speaker.Note,
            var other => throw new UsageException($"{where}: unknown speaker '{other}'."),
        };
        return (speaker, turn[1].GetString()!);
    }

    private static string CustomerName(JsonElement dialogue) =>
        dialogue.TryGetProperty("scenario", out var scenario) && scenario.ValueKind == JsonValueKind.Object
        && scenario.TryGetProperty("personal", out var personal) && personal.ValueKind == JsonValueKind.Object
        && personal.TryGetProperty("customer_name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()!
            : "";
}
