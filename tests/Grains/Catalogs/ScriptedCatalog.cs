using Engine.Grains.Catalogs;
using Engine.Internal.V1;
using Engine.V1;

namespace Engine.Grains.Tests.Catalogs;

/// <summary>A catalog that answers when, and what, a test wants.</summary>
internal sealed class ScriptedCatalog : ICatalogGrain
{
    private int _reads;
    private int _lookBacks;

    public int Reads => Volatile.Read(ref _reads);

    public int LookBacks => Volatile.Read(ref _lookBacks);

    public Catalog Stored { get; set; } = new();

    public List<SlaPolicy> Old { get; } = [];

    /// <summary>Runs before each answer; may wait, or fail.</summary>
    public Func<Task> OnRead { get; set; } = () => Task.CompletedTask;

    public async Task<ReadCatalogReply> ReadAsync(ReadCatalogRequest request)
    {
        Interlocked.Increment(ref _reads);
        var stored = Stored;
        await OnRead();
        return stored.Version > request.KnownVersion ? new ReadCatalogReply { Result = stored } : new ReadCatalogReply();
    }

    public Task<ReadRulesReply> ReadRulesAsync(ReadRulesRequest request)
    {
        Interlocked.Increment(ref _lookBacks);
        var reply = new ReadRulesReply();
        reply.SlaPolicies.AddRange(Old.Where(p => request.Rules.Any(r => r.Policy == p.Name && r.PolicyVersion == p.Version)));
        return Task.FromResult(reply);
    }

    public Task<CatalogReply> CreateSlaPolicyAsync(CreateSlaPolicyRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> UpdateSlaPolicyAsync(UpdateSlaPolicyRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> DeleteSlaPolicyAsync(DeleteSlaPolicyRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> CreateCalendarAsync(CreateCalendarRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> UpdateCalendarAsync(UpdateCalendarRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> DeleteCalendarAsync(DeleteCalendarRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> CreateQueueAsync(CreateQueueRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> UpdateQueueAsync(UpdateQueueRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> UpdateRoutingAsync(UpdateRoutingSettingsRequest request, Caller caller) => throw new NotSupportedException();

    public Task<CatalogReply> UpdateExpectationsAsync(UpdateExpectationSettingsRequest request, Caller caller) => throw new NotSupportedException();
}
