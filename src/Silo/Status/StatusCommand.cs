using System.Globalization;
using Engine.Silo.Client;
using Engine.Silo.CommandLine;
using Engine.V1;
using Grpc.Core;
using Spectre.Console;

namespace Engine.Silo.Status;

/// <summary><c>engine status</c>: one look at a running engine.</summary>
internal static class StatusCommand
{
    public static async Task<int> RunAsync(ArgumentList arguments, CancellationToken cancellationToken)
    {
        var client = ClientArguments.Read(arguments, ClientKeys.Either, out var faults);
        if (client is null || arguments.Words.Count > 0)
        {
            foreach (var fault in faults.Concat(arguments.Words.Select(word => $"{word} belongs to no option")))
                await Console.Error.WriteLineAsync(fault);
            return ExitCode.Usage;
        }

        try
        {
            using var connection = new EngineClient(client.Target);
            var status = await EngineStatus.ReadAsync(connection, client.Key, client.OperatorKey, cancellationToken);
            Print(OutputConsole.Create(), client.Target, status);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Failed;
        }
        catch (RpcException fault)
        {
            await Console.Error.WriteLineAsync($"{client.Target.GetLeftPart(UriPartial.Authority)}: {CallFailure.Describe(fault)}");
            return ExitCode.Failed;
        }
    }

    private static void Print(IAnsiConsole console, Uri target, EngineStatus status)
    {
        var head = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        head.AddRow("engine", target.GetLeftPart(UriPartial.Authority));
        head.AddRow("health", status.Health == "Serving" ? "[green]serving[/]" : $"[red]{Markup.Escape(status.Health)}[/]");
        if (status.Workspace is { } workspace)
            head.AddRow("workspace", Markup.Escape($"{workspace.Name["workspaces/".Length..]} ({workspace.DisplayName})"));
        console.Write(head);
        console.WriteLine();
        if (status.Cluster is { } cluster)
            ClusterTables.Print(console, cluster, status.Activations);
        if (status.Workspace is null)
            return;
        PrintConversations(console, status);
        PrintAgents(console, status);
        PrintConsumers(console, status);
    }

    private static void PrintConversations(IAnsiConsole console, EngineStatus status)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("conversations", "count");
        table.Columns[1].RightAligned();
        foreach (var state in Enum.GetValues<ConversationStatus>().Where(state => state != ConversationStatus.Unspecified))
            table.AddRow(state.ToString().ToLowerInvariant(), $"{status.Conversations.GetValueOrDefault(state)}");
        table.AddRow("all", $"{status.Conversations.Values.Sum()}{(status.ConversationsCut ? "+" : "")}");
        console.Write(table);
        if (status.ConversationsCut)
            console.WriteLine($"Counted the {EngineStatus.ConversationsMax} changed last.");
    }

    private static void PrintAgents(IAnsiConsole console, EngineStatus status)
    {
        if (status.Agents.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("agent", "presence", "inbox", "languages");
        table.Columns[2].RightAligned();
        foreach (var agent in status.Agents)
        {
            table.AddRow(
                Markup.Escape(agent.DisplayName.Length > 0 ? agent.DisplayName : agent.Name),
                agent.Presence.ToString().ToLowerInvariant(),
                agent.InboxCount.ToString(CultureInfo.InvariantCulture),
                Markup.Escape(string.Join(' ', agent.Languages)));
        }

        console.Write(table);
    }

    private static void PrintConsumers(IAnsiConsole console, EngineStatus status)
    {
        if (status.Consumers.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("consumer", "events behind", "acknowledged");
        table.Columns[1].RightAligned();
        foreach (var (consumer, behind, cut) in status.Consumers)
        {
            table.AddRow(
                Markup.Escape(consumer.Name),
                $"{behind}{(cut ? "+" : "")}",
                consumer.UpdateTime.ToDateTimeOffset().ToString("u", CultureInfo.InvariantCulture));
        }

        console.Write(table);
    }
}
