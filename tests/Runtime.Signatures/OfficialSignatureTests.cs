using System.Globalization;
using System.Text;
using Engine.Runtime.Signatures.Tests.Comparison;
using Engine.Runtime.Signatures.Tests.References;
using Xunit.Abstractions;

namespace Engine.Runtime.Signatures.Tests;

/// <summary>
/// Engine is written against the official API and usually built against ours. These tests keep the two from
/// drifting apart, with the official assemblies themselves as the measure.
/// </summary>
public sealed class OfficialSignatureTests(SignatureFixture fixture, ITestOutputHelper output)
    : IClassFixture<SignatureFixture>
{
    [Fact]
    public void Types_and_members_we_offer_have_the_official_signatures()
    {
        Report(fixture.Types, "compared with official declarations");

        AssertNone(fixture.Types);
        Assert.True(fixture.Types.TypesCompared >= 100, $"Only {fixture.Types.TypesCompared} types were compared.");
    }

    [Fact]
    public void Members_that_official_assemblies_use_of_missing_ones_have_those_signatures()
    {
        Report(fixture.References, "compared with references to assemblies that cannot be had");

        AssertNone(fixture.References);
        Assert.True(
            OfficialAssemblies.Folder is not null || fixture.References.MembersCompared >= 150,
            $"Only {fixture.References.MembersCompared} members were compared.");
    }

    [Fact]
    public void Types_we_offer_exist_officially()
    {
        foreach (var (origin, count) in fixture.Origins.Counts)
        {
            output.WriteLine($"{count,5}  {origin}");
        }

        AssertNone(fixture.Provenance);
    }

    [Fact]
    public void Deviations_that_are_allowed_are_met()
    {
        if (OfficialAssemblies.Folder is not null)
        {
            return; // Some deviations are only apparent: with more assemblies they vanish.
        }

        var met = ((Outcome[])[fixture.Types, fixture.References, fixture.Provenance])
            .SelectMany(outcome => outcome.Differences)
            .Select(difference => difference.Key)
            .ToHashSet();

        Assert.Superset(fixture.Allowed.Keys.ToHashSet(), met);
    }

    private void Report(Outcome outcome, string how)
    {
        var notOffered = outcome.NotOffered.Sum(type => type.Value.Count);
        output.WriteLine($"{outcome.TypesCompared} types, {outcome.MembersCompared} members {how}; "
            + $"{notOffered} members of these types are not offered.");
        output.WriteLine("Official assemblies read: "
            + string.Join(", ", fixture.Official.Assemblies.Select(assembly => assembly.Name)));
        output.WriteLine("Ours: " + string.Join(", ", fixture.Ours.Assemblies.Select(assembly => assembly.Name)));
        foreach (var difference in outcome.Differences.Where(difference => fixture.Allowed.ContainsKey(difference.Key)))
        {
            output.WriteLine($"allowed: {difference} ({fixture.Allowed[difference.Key]})");
        }

        Write("Not offered, though whoever implements the type must supply it:", outcome.ToImplement);
        Write("Not offered:", outcome.NotOffered.Select(type => $"{type.Key}: {string.Join("; ", type.Value)}"));
    }

    private void Write(string title, IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        }

        if (text.Length > 0)
        {
            output.WriteLine(title);
            output.WriteLine(text.ToString());
        }
    }

    private void AssertNone(Outcome outcome)
    {
        var differences = fixture.NotAllowed(outcome);
        Assert.True(
            differences.Count == 0,
            $"{differences.Count} differences:{Environment.NewLine}{string.Join(Environment.NewLine, differences)}");
    }
}
