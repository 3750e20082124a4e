using Engine.Grains.Catalogs;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Conversations;

/// <summary>Which queue a new conversation goes to. Pure.</summary>
public static class QueueChoice
{
    private const string Prefix = "queues/";

    /// <summary>queues/{queue}, or empty for no queue.</summary>
    public static string NameOf(string id) => id.Length > 0 ? Prefix + id : "";

    /// <summary>The id in a name; empty when it is none.</summary>
    public static string IdOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : "";
    }

    /// <summary>Whether a queue exists and takes what is new.</summary>
    public static bool Takes(WorkspaceCatalog catalog, string id)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.QueueById.TryGetValue(id, out var queue) && !queue.Archived;
    }

    /// <summary>
    /// The queue that the request names; else the first, by rank, whose match fits; else the usual one, so that what
    /// continues a conversation is not lost to the team that had it.
    /// </summary>
    /// <param name="name">queues/{queue} as the request has it, or empty.</param>
    /// <param name="usual">The predecessor's queue's id, or empty.</param>
    /// <param name="data">Tags, language and tier of the new conversation.</param>
    /// <returns>The queue's id, or empty for none; UNKNOWN_QUEUE.</returns>
    public static Decision<string> Choose(WorkspaceCatalog catalog, string name, string usual, string channel, ConversationSummary data)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (name.Length > 0)
        {
            return Takes(catalog, IdOf(name))
                ? IdOf(name)
                : Rejections.Of(RejectionKind.Invalid, "UNKNOWN_QUEUE", "There is no such queue, or it takes nothing new.").At("queue", "UNKNOWN_QUEUE");
        }

        foreach (var queue in catalog.Queues)
        {
            if (!queue.Archived && queue.Match is { } match && Fits(match, channel, data)) return IdOf(queue.Name);
        }

        return Takes(catalog, usual) ? usual : "";
    }

    private static bool Fits(QueueMatch match, string channel, ConversationSummary data) =>
        (match.Channels.Count == 0 || match.Channels.Contains(channel))
        && (match.Languages.Count == 0 || match.Languages.Any(language => Serves(language, data.Language)))
        && (match.CustomerTiers.Count == 0 || match.CustomerTiers.Contains(data.CustomerTier))
        && (match.Tags.Count == 0 || match.Tags.Any(data.Tags.Contains));

    /// <summary>pt serves pt-BR, but not pta, and pt-BR does not serve pt.</summary>
    private static bool Serves(string language, string wanted) =>
        wanted.StartsWith(language, StringComparison.OrdinalIgnoreCase) && (wanted.Length == language.Length || wanted[language.Length] == '-');
}
