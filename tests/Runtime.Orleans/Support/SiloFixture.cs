using Orleans.Hosting;

namespace Engine.Runtime.Orleans.Tests.Support;

/// <summary>A silo with default options that the tests of a class share.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public TestSilo Silo => _silo;

    public IGrainFactory Grains => _silo.Grains;

    public async Task InitializeAsync() => _silo = await TestSilo.Start(static silo =>
    {
        silo.AddMemoryGrainStorageAsDefault();
        silo.AddMemoryGrainStorage("named");
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.AddMemoryStreams("mem");
    });

    public async Task DisposeAsync() => await _silo.DisposeAsync();
}
