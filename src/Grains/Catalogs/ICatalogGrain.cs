using Engine.Internal.V1;
using Engine.V1;
using Orleans.Concurrency;

namespace Engine.Grains.Catalogs;

/// <summary>
/// A workspace's rules - policies, calendars, queues, weights, sentences; key <c>workspace/catalog</c>. Commands are
/// repeatable by request id.
/// </summary>
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>What is in force, when it is newer than what the reader has.</summary>
    [AlwaysInterleave]
    Task<ReadCatalogReply> ReadAsync([Immutable] ReadCatalogRequest request);

    /// <summary>Older versions, for conversations that still count by them.</summary>
    [AlwaysInterleave]
    Task<ReadRulesReply> ReadRulesAsync([Immutable] ReadRulesRequest request);

    Task<CatalogReply> CreateSlaPolicyAsync([Immutable] CreateSlaPolicyRequest request, [Immutable] Caller caller);

    Task<CatalogReply> UpdateSlaPolicyAsync([Immutable] UpdateSlaPolicyRequest request, [Immutable] Caller caller);

    Task<CatalogReply> DeleteSlaPolicyAsync([Immutable] DeleteSlaPolicyRequest request, [Immutable] Caller caller);

    Task<CatalogReply> CreateCalendarAsync([Immutable] CreateCalendarRequest request, [Immutable] Caller caller);

    Task<CatalogReply> UpdateCalendarAsync([Immutable] UpdateCalendarRequest request, [Immutable] Caller caller);

    Task<CatalogReply> DeleteCalendarAsync([Immutable] DeleteCalendarRequest request, [Immutable] Caller caller);

    Task<CatalogReply> CreateQueueAsync([Immutable] CreateQueueRequest request, [Immutable] Caller caller);

    Task<CatalogReply> UpdateQueueAsync([Immutable] UpdateQueueRequest request, [Immutable] Caller caller);

    Task<CatalogReply> UpdateRoutingAsync([Immutable] UpdateRoutingSettingsRequest request, [Immutable] Caller caller);

    Task<CatalogReply> UpdateExpectationsAsync([Immutable] UpdateExpectationSettingsRequest request, [Immutable] Caller caller);
}
