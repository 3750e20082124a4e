using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.V1;
using Google.Protobuf;

namespace Engine.Silo.Demo;

/// <summary>One dialogue of the sample files; their format stands in data/README.md.</summary>
internal sealed record Dialogue(
    [property: JsonRequired] string Id,
    string? Language,
    [property: JsonRequired] string Channel,
    [property: JsonRequired] DialogueCustomer Customer,
    string? Subject,
    [property: JsonRequired] IReadOnlyList<DialogueTurn> Turns,
    string? Ends)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The language without its region.</summary>
    public string LanguageCode => (Language ?? "").Split('-')[0];

    /// <summary>How the agent leaves the conversation.</summary>
    public ConversationStatus FinalStatus => Ends switch
    {
        null or "resolved" => ConversationStatus.Resolved,
        "pending" => ConversationStatus.Pending,
        "snoozed" => ConversationStatus.Snoozed,
        _ => throw new InvalidDataException($"Dialogue {Id} ends with {Ends}, which is not known."),
    };

    /// <summary>All dialogues of a folder's .jsonl files, by file and line.</summary>
    public static IReadOnlyList<Dialogue> ReadFolder(string folder)
    {
        var dialogues = new List<Dialogue>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadLines(file).Where(line => line.Trim().Length > 0))
            {
                dialogues.Add(JsonSerializer.Deserialize<Dialogue>(line, Format)
                    ?? throw new InvalidDataException($"{file} holds an empty dialogue."));
            }
        }

        return dialogues;
    }
}

/// <summary>Who writes, and from where.</summary>
internal sealed record DialogueCustomer(string? DisplayName, [property: JsonRequired] string Address);

/// <summary>One message or note.</summary>
internal sealed record DialogueTurn(
    [property: JsonRequired] string From, [property: JsonRequired] string Text, JsonElement? Rich)
{
    /// <summary>What is said, as the API takes it.</summary>
    public Content ToContent()
    {
        var content = Rich is { } rich ? JsonParser.Default.Parse<Content>(rich.GetRawText()) : new Content();
        content.Text = Text;
        return content;
    }
}
