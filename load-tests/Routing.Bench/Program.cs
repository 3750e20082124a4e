using System.Globalization;
using System.Text.Json;
using Engine.RoutingBench;
using Engine.V1;

const string Help = """
    Usage: routing-bench [--agents N] [--waiting N] [--matches N] [--rounds N] [--no-growth] [--json FILE]

    Measures the matching of one queue, with nothing around it: no grain, no call, no store.
      fill     everybody is idle and everything waits: matches a second
      steady   everybody is busy: an agent tells of freed units, the next is matched, the agent tells of the reservation and of
               the conversation, the conversation is gone, another one waits instead: how often a second all of this
    By the clock, and by the CPU time that the process used (garbage collection included), which is what counts on a machine
    that does other things too. Each for the rules, with and without explanations; then how it grows with what waits and with agents.

      --agents N    1 to 100000. Default 2000.
      --waiting N   1 to 1000000. Default 50000.
      --matches N   In each round, 1 to 1000000. Default 20000.
      --rounds N    Measured after one to warm up, 1 to 50; rates are their medians. Default 5.
      --no-growth   Leave out the growth.
      --json FILE   Write the results there.
    """;

if (!BenchArguments.TryRead(args, out var options, out var fault))
{
    Console.Error.WriteLine(fault);
    Console.Error.WriteLine(Help);
    return 2;
}

if (options.HelpWanted)
{
    Console.Out.WriteLine(Help);
    return 0;
}

var report = new List<Measurement>();
Console.Out.WriteLine($"{"part",-8}{"rule",-18}{"agents",8}{"waiting",10}{"explained",11}{"matches/s",12}{"per CPU s",12}{"slowest",10}{"fastest",10}{"bytes each",12}");
foreach (var rule in new[] { RoutingRule.MostSpare, RoutingRule.MostSpareShare, RoutingRule.RoundRobin })
    foreach (var explained in new[] { true, false })
        Measure(options.Agents, options.Waiting, rule, explained);
if (options.Grows)
{
    foreach (var waiting in new[] { 5_000, 50_000, 200_000 })
        foreach (var explained in new[] { true, false })
            Measure(options.Agents, waiting, RoutingRule.MostSpare, explained);
    foreach (var agents in new[] { 200, 2_000, 8_000 })
        foreach (var explained in new[] { true, false })
            Measure(agents, options.Waiting, RoutingRule.MostSpare, explained);
}

if (options.Json is { } path)
{
    var json = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    File.WriteAllText(path, JsonSerializer.Serialize(new { Processors = Environment.ProcessorCount, Shop.ProfileCount, Measurements = report }, json) + "\n");
}

return 0;

void Measure(int agents, int waiting, RoutingRule rule, bool explained)
{
    Part("fill", () => Rounds.Fill(agents, waiting, Math.Min(options.Matches, waiting), rule, explained));
    Part("steady", () => Rounds.Steady(agents, waiting, options.Matches, rule, explained));

    void Part(string part, Func<Round> round)
    {
        round();
        var rounds = Enumerable.Range(0, options.Rounds).Select(_ => round()).OrderBy(r => r.PerSecond).ToList();
        var median = rounds[rounds.Count / 2];
        var line = new Measurement
        {
            Part = part,
            Rule = rule.ToString(),
            Agents = agents,
            Waiting = waiting,
            Explained = explained,
            MatchesPerRound = median.Matches,
            MatchesPerSecond = Math.Round(median.PerSecond),
            MatchesPerCpuSecond = Math.Round(rounds.Select(r => r.PerCpuSecond).Order().ElementAt(rounds.Count / 2)),
            SlowestPerSecond = Math.Round(rounds[0].PerSecond),
            FastestPerSecond = Math.Round(rounds[^1].PerSecond),
            AllocatedBytesPerMatch = Math.Round((double)median.AllocatedBytes / median.Matches),
        };
        report.Add(line);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Part,-8}{line.Rule,-18}{agents,8}{waiting,10}{(explained ? "yes" : "no"),11}{line.MatchesPerSecond,12:N0}{line.MatchesPerCpuSecond,12:N0}{line.SlowestPerSecond,10:N0}{line.FastestPerSecond,10:N0}{line.AllocatedBytesPerMatch,12:N0}"));
    }
}
