using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>
/// Random programs on a real silo, held against a model of the documented scheduling. <c>ENGINE_MODEL_PROGRAMS</c> is how
/// many (300); <c>ENGINE_MODEL_SEED</c> runs the program of that seed alone, as often as programs are asked for.
/// </summary>
public sealed class SchedulerModelTests(ITestOutputHelper output)
{
    private const int Programs = 300;

    [Fact]
    public async Task Programs_run_as_the_documentation_says()
    {
        await using var driver = await ModelDriver.Start();
        var count = Setting("ENGINE_MODEL_PROGRAMS") ?? Programs;
        var seeds = Setting("ENGINE_MODEL_SEED") is { } seed ? Gen.Constant(seed) : Gen.Choose(0, int.MaxValue);
        var calls = 0;
        var programs = Arb.From(seeds.Select(ModelProgram.Create), static program => program.Smaller());
        var property = Prop.ForAll(programs, program =>
        {
            calls += program.Calls.Count;
            var violations = Task.Run(() => driver.Run(program)).GetAwaiter().GetResult();
            if (violations.Count > 0)
            {
                output.WriteLine($"{program}{Environment.NewLine}{string.Join(Environment.NewLine, violations.Take(5))}");

                // The search for a smaller program that fails too should not take long.
                driver.Patience = TimeSpan.FromSeconds(5);
            }

            return (violations.Count == 0).Label(string.Join(Environment.NewLine, violations.Take(5)));
        });
        await Task.Run(() => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(count), property));
        output.WriteLine($"{count} programs, {calls} calls.");
    }

    [Fact]
    public void A_seed_makes_the_same_program_again()
    {
        for (var seed = 0; seed < 100; seed++)
            Assert.Equal(ModelProgram.Create(seed).ToString(), ModelProgram.Create(seed).ToString());
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
