using System.Globalization;
using Engine.V1;
using Spectre.Console;

namespace Engine.Silo.Status;

/// <summary>The operator's part of <c>engine status</c>.</summary>
internal static class ClusterTables
{
    private const string Prefix = "members/";

    public static void Print(IAnsiConsole console, ClusterStatus cluster, IReadOnlyList<ActivationCount> activations)
    {
        var head = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        head.AddRow("cluster", Markup.Escape(cluster.ClusterId));
        head.AddRow("calls a second", Number(cluster.CallsPerSecond));
        head.AddRow("activations", Number(cluster.ActivationCount));
        head.AddRow("reminders due", Number(cluster.RemindersDue));
        head.AddRow("journal end", Markup.Escape(cluster.JournalEnd));
        console.Write(head);
        foreach (var part in cluster.Missing)
            console.WriteLine($"{part.Field}: not known. {part.Text}");
        console.WriteLine();
        PrintMembers(console, cluster);
        PrintActivations(console, activations);
        PrintLags(console, cluster);
    }

    private static void PrintMembers(IAnsiConsole console, ClusterStatus cluster)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("member", "role", "state", "health", "api", "calls/s", "streams", "activations", "version");
        foreach (var column in new[] { 5, 6, 7 })
            table.Columns[column].RightAligned();
        foreach (var member in cluster.Members)
        {
            var hasReported = member.ReportTime is not null;
            table.AddRow(
                Markup.Escape(Short(member.Name)),
                hasReported ? member.Role.ToString().ToLowerInvariant() : "silo",
                member.State.ToString().ToLowerInvariant(),
                !hasReported ? "?" : member.Serving ? "serving" : "not serving",
                Markup.Escape(member.ApiAddress),
                Number(member.CallsPerSecond),
                Number(member.OpenStreams),
                Number(member.ActivationCount),
                Markup.Escape(member.Version));
        }

        console.Write(table);
    }

    private static void PrintActivations(IAnsiConsole console, IReadOnlyList<ActivationCount> activations)
    {
        if (activations.Count == 0)
            return;
        var members = activations.Select(count => count.Member).Distinct().Order(StringComparer.Ordinal).ToList();
        var table = new Table().Border(TableBorder.Rounded).AddColumn("actors in memory");
        foreach (var member in members)
            table.AddColumn(new TableColumn(Markup.Escape(Short(member))).RightAligned());
        foreach (var type in activations.GroupBy(count => count.Type).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var counts = type.ToDictionary(count => count.Member, count => count.Count);
            table.AddRow([Markup.Escape(type.Key), .. members.Select(member => Number(counts.GetValueOrDefault(member)))]);
        }

        console.Write(table);
    }

    private static void PrintLags(IAnsiConsole console, ClusterStatus cluster)
    {
        if (cluster.ConsumerLags.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("engine's consumer", "lanes", "commits behind", "oldest");
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();
        foreach (var lag in cluster.ConsumerLags)
        {
            table.AddRow(
                Markup.Escape(lag.Consumer), $"{lag.Group}/{lag.GroupCount}", Number(lag.Commits),
                lag.Commits == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{lag.Age.ToTimeSpan().TotalSeconds:0.0} s"));
        }

        console.Write(table);
    }

    private static string Short(string member) => member.StartsWith(Prefix, StringComparison.Ordinal) ? member[Prefix.Length..] : member;

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
