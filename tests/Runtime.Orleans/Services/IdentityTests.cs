using System.Globalization;
using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Runtime;

namespace Engine.Runtime.Orleans.Tests.Services;

public interface IGuidGrain : IGrainWithGuidCompoundKey;

public sealed class GuidGrain : Grain, IGuidGrain;

public interface INumberGrain : IGrainWithIntegerKey;

[GrainType("numbers")]
public sealed class NumberGrain : Grain, INumberGrain;

public interface INobodyGrain : IGrainWithStringKey;

public sealed class IdentityTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Behaviour(Docs.Identity)]
    public void The_uniform_hash_is_that_of_the_official_runtime()
    {
        Assert.Equal("36461d5a", GrainId.Create("rem", "w/c1").GetUniformHashCode().ToString("x8", CultureInfo.InvariantCulture));
        Assert.Equal("5e6bf50b", GrainId.Create("conversation", "w/ä").GetUniformHashCode().ToString("x8", CultureInfo.InvariantCulture));
    }

    [Behaviour(Docs.Identity)]
    public void A_grain_type_is_the_class_name_in_lower_case_without_its_suffix() =>
        Assert.Equal("service/k", fixture.Grains.GetGrain<IServiceGrain>("k").GetGrainId().ToString());

    [Behaviour(Docs.Identity)]
    public void An_attribute_names_the_grain_type() =>
        Assert.Equal("numbers/FF", fixture.Grains.GetGrain<INumberGrain>(255).GetGrainId().ToString());

    [Behaviour(Docs.Identity)]
    public void Keys_come_back_as_they_were_given()
    {
        var guid = Guid.NewGuid();
        Assert.Equal(guid, fixture.Grains.GetGrain<IGuidGrain>(guid, "more").GetPrimaryKey(out var extension));
        Assert.Equal("more", extension);
        Assert.Equal(-7, fixture.Grains.GetGrain<INumberGrain>(-7).GetPrimaryKeyLong());
        Assert.Equal("a/b:c#ä", fixture.Grains.GetGrain<IServiceGrain>("a/b:c#ä").GetPrimaryKeyString());
    }

    [Behaviour(Docs.Identity)]
    public void An_empty_key_is_refused() => Assert.Throws<ArgumentException>(() => fixture.Grains.GetGrain<IServiceGrain>(""));

    [Behaviour(Docs.References)]
    public void An_interface_that_no_class_implements_is_refused() =>
        Assert.Throws<ArgumentException>(() => fixture.Grains.GetGrain<INobodyGrain>("k"));

    [Behaviour(Docs.References)]
    public void References_to_one_grain_are_equal() =>
        Assert.Equal(fixture.Grains.GetGrain<IServiceGrain>("k"), fixture.Grains.GetGrain<IServiceGrain>("k"));

    [Behaviour(Docs.Management)]
    public async Task Management_knows_silos_and_activations()
    {
        await fixture.Grains.GetGrain<IServiceGrain>(Guid.NewGuid().ToString()).Stored().Within();
        var management = fixture.Grains.GetGrain<IManagementGrain>(0);
        Assert.Equal([SiloStatus.Active], (await management.GetHosts(onlyActive: true).Within()).Values);
        Assert.Contains(await management.GetSimpleGrainStatistics().Within(), static statistic =>
            statistic.GrainType == typeof(ServiceGrain).FullName && statistic.ActivationCount >= 1);
    }
}
