using Engine.Grains.Journal;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Conversations;

internal sealed partial class ConversationGrain
{
    private const int RowsPerRead = 256;

    public async Task<MessagesReply> ReadMessagesAsync(ReadMessagesRequest request)
    {
        if (!Committed.Exists)
        {
            LeaveIfAbsent();
            return new MessagesReply { Rejection = Rejections.ConversationNotFound() };
        }

        var messages = new Messages { Channel = Committed.Summary.Channel };
        if (request.Versions.Count > 0)
        {
            foreach (var version in request.Versions.Where(v => v >= 1 && v <= CommittedVersion))
            {
                var row = (await Context.Journal.ReadStreamAsync(Stream, version - 1, 1))[0];
                if (Read(row, request) is { } message) messages.Messages_.Add(message);
            }

            return new MessagesReply { Result = messages };
        }

        // Notes and changes of state stand between messages, so a page may take several reads.
        var end = CommittedVersion;
        var from = !request.Descending ? request.FromVersion
            : request.FromVersion == 0 ? end + 1
            : Math.Min(request.FromVersion, end + 1);
        while (true)
        {
            var rows = request.Descending
                ? await Context.Journal.ReadStreamBackwardsAsync(Stream, from, Math.Min(RowsPerRead, request.Limit + 1))
                : await Context.Journal.ReadStreamAsync(Stream, from, Math.Min(RowsPerRead, request.Limit + 1));
            foreach (var row in rows)
            {
                if (row.Version > end) break;
                if (Read(row, request) is { } message)
                {
                    if (messages.Messages_.Count == request.Limit)
                    {
                        messages.NextVersion = messages.Messages_[^1].Version;
                        return new MessagesReply { Result = messages };
                    }

                    messages.Messages_.Add(message);
                }

                from = row.Version;
            }

            if (rows.Count == 0 || (request.Descending ? from <= 1 : rows[^1].Version >= end)) return new MessagesReply { Result = messages };
        }
    }

    public async Task<CommitsReply> ReadCommitsAsync(ReadCommitsRequest request, CancellationToken cancellationToken)
    {
        if (!Committed.Exists)
        {
            LeaveIfAbsent();
            return new CommitsReply { Rejection = Rejections.ConversationNotFound() };
        }

        var wait = request.Wait?.ToTimeSpan() ?? TimeSpan.Zero;
        var closed = Committed.Status == ConversationStatus.Closed;
        if (!closed && request.AfterVersion >= CommittedVersion
            && !await WaitBeyondAsync(request.AfterVersion, wait < WaitMax ? wait : WaitMax, cancellationToken))
        {
            return new CommitsReply { Result = new Commits() };
        }

        var commits = new Commits();
        foreach (var row in await Context.Journal.ReadStreamAsync(Stream, request.AfterVersion, request.Limit, CancellationToken.None))
        {
            if (row.Version > CommittedVersion) break;
            var commit = Commit.Parser.ParseFrom(row.Payload.Span);
            commits.Commits_.Add(ConversationCommits.Watched(Id, commit, row.Version, Key));
        }

        var last = commits.Commits_.Count > 0 ? commits.Commits_[^1].Version : request.AfterVersion;
        commits.End = Committed.Status == ConversationStatus.Closed && last >= CommittedVersion;
        return new CommitsReply { Result = commits };
    }

    private Message? Read(JournalRow row, ReadMessagesRequest request)
    {
        var message = ConversationCommits.Message(Id, Commit.Parser.ParseFrom(row.Payload.Span), row.Version, Key);
        return message is { Kind: MessageKind.Note } && request.ExcludeNotes ? null : message;
    }
}
