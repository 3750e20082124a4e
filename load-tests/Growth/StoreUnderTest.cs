using Engine.LoadTests.Bench;
using Engine.LoadTests.Calls;
using Engine.LoadTests.Processes;

namespace Engine.LoadTests.Growth;

/// <summary>An engine with a store of its own, and a client of it.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private readonly EngineApi _api;

    private StoreUnderTest(OwnEngine engine, EngineApi api, MessageLoad load) => (Engine, _api, Load) = (engine, api, load);

    public OwnEngine Engine { get; }

    public MessageLoad Load { get; }

    public static async Task<StoreUnderTest> StartAsync(
        string assembly, GrowthOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var engine = await OwnEngine.StartAsync(assembly, options.DataParent, options.KeepsFiles, time, cancellationToken);
        try
        {
            var key = await engine.ReadAdminKeyAsync(cancellationToken);
            var api = new EngineApi(engine.Address);
            await engine.WaitUntilAnswersAsync(api, key, cancellationToken);
            return new StoreUnderTest(engine, api, new MessageLoad(api, key, time));
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await Engine.DisposeAsync();
    }
}
