using System.Globalization;
using Engine.Grains.Agents;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Agents.Support;

/// <summary>
/// Random lives of an agent, each made from a seed of its own: <c>ENGINE_SEED</c> runs the life of that seed alone,
/// <c>ENGINE_CASES</c> says how many (10,000).
/// </summary>
internal static class AgentCases
{
    private const int CasesUsual = 10_000;

    /// <param name="fault">What is wrong; null: nothing.</param>
    public static void Check(ITestOutputHelper output, Func<AgentRun, string?> fault)
    {
        var one = Setting("ENGINE_SEED");
        var count = one is null ? Setting("ENGINE_CASES") ?? CasesUsual : 1;
        var seeds = one is { } seed ? Gen.Constant(seed) : Gen.Choose(0, int.MaxValue);
        var property = Prop.ForAll(seeds.ToArbitrary(), s =>
        {
            var run = new AgentRun(s);
            var found = fault(run);
            if (found is not null) output.WriteLine($"ENGINE_SEED={s}: {found}{Environment.NewLine}{string.Join(Environment.NewLine, run.Steps)}");
            return (found is null).Label(found ?? "");
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(count), property);
        output.WriteLine($"{count} cases.");
    }

    /// <summary>Where two states differ; null: nowhere.</summary>
    public static string? Difference(AgentState one, AgentState other)
    {
        if (!one.Profile.Equals(other.Profile)) return "profile";
        if (!AgentSnapshots.Write(one).Inbox.OrderBy(e => e.Conversation).SequenceEqual(AgentSnapshots.Write(other).Inbox.OrderBy(e => e.Conversation))) return "inbox";
        if (!one.Reservations.Values.OrderBy(r => r.Id).SequenceEqual(other.Reservations.Values.OrderBy(r => r.Id))) return "reservations";
        if (!one.EndedOffers.SequenceEqual(other.EndedOffers)) return "ended offers";
        if (!Equals(one.Routing, other.Routing)) return $"routing: {one.Routing} and {other.Routing}";
        var (a, b) = (Rest(one), Rest(other));
        return a == b ? null : $"{a} and {b}";
    }

    private static string Rest(AgentState state) => string.Join(
        ' ',
        state.Version, state.ProfileVersion, state.Presence, state.PresenceTime, state.PresenceByStream, state.AbsentTime, state.CreateTime,
        state.UpdateTime, state.InboxUnits, state.LastAssignTime, state.AssignedCount, state.Online);

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
