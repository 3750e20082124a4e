using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Engine.Grains.Tests.Support;

/// <summary>
/// Random cases, each made from a seed of its own: <c>ENGINE_SEED</c> runs the case of that seed alone,
/// <c>ENGINE_CASES</c> says how many (10,000).
/// </summary>
internal static class Cases
{
    private const int CasesUsual = 10_000;

    public static void Check<T>(ITestOutputHelper output, Func<Random, T> make, Func<T, IEnumerable<T>> smaller, Func<T, string?> fault)
    {
        var count = Setting("ENGINE_SEED") is null ? Setting("ENGINE_CASES") ?? CasesUsual : 1;
        var seeds = Setting("ENGINE_SEED") is { } one ? Gen.Constant(one) : Gen.Choose(0, int.MaxValue);
        int? first = null;
        var cases = Arb.From(
            seeds.Select(seed =>
            {
                first ??= seed;
                return new Seeded<T>(seed, make(new Random(seed)));
            }),
            seeded => smaller(seeded.Case).Select(less => seeded with { Case = less }));
        var property = Prop.ForAll(cases, seeded =>
        {
            var found = fault(seeded.Case);
            if (found is not null) output.WriteLine($"ENGINE_SEED={seeded.Seed}: {seeded.Case}{Environment.NewLine}{found}");
            return (found is null).Label(found ?? "");
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(count), property);
        output.WriteLine($"{count} cases; the first had ENGINE_SEED={first}.");
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private sealed record Seeded<T>(int Seed, T Case);
}
