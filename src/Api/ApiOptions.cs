using System.ComponentModel.DataAnnotations;

namespace Engine.Api;

/// <summary>Limits and times of the gRPC edge. Bound from configuration section <c>Engine:Api</c> by the host.</summary>
public sealed class ApiOptions
{
    /// <summary>Largest message a client may send, in bytes. Larger: RESOURCE_EXHAUSTED with MESSAGE_TOO_LARGE.</summary>
    /// <value>1 MiB by default; 128 KiB to 4 MiB. The upper end is what one journal row holds.</value>
    [Range(128 * 1024, 4 * 1024 * 1024)]
    public int MessageBytesMax { get; set; } = 1024 * 1024;

    /// <summary>How many streams one key may have open on this server. More: RESOURCE_EXHAUSTED with QUOTA_EXCEEDED.</summary>
    /// <value>1,000 by default.</value>
    [Range(1, 1_000_000)]
    public int StreamsPerKeyMax { get; set; } = 1_000;

    /// <summary>How long a key that was found good is believed without asking again, in milliseconds.</summary>
    /// <value>4 seconds by default. With the time of the question itself this keeps revocation within 5 seconds.</value>
    [Range(0, 5_000)]
    public int KeyCacheMs { get; set; } = 4_000;

    /// <summary>How long a key that was found bad is refused without asking again, in milliseconds.</summary>
    /// <value>1 second by default.</value>
    [Range(0, 5_000)]
    public int BadKeyCacheMs { get; set; } = 1_000;

    /// <summary>How many keys are remembered, good and bad ones each.</summary>
    /// <value>8,192 by default.</value>
    [Range(16, 1_000_000)]
    public int KeyCacheEntriesMax { get; set; } = 8_192;

    /// <summary>How long a List call waits for the lists to catch up with what was written before, in milliseconds.</summary>
    /// <value>2 seconds by default. Then it answers with what there is and the header <c>engine-stale: true</c>.</value>
    [Range(0, 20_000)]
    public int ListWaitMs { get; set; } = 2_000;

    /// <summary>How long one question of a watching stream waits for something to happen, in milliseconds.</summary>
    /// <value>20 seconds by default: below the 30 seconds after which a grain call times out.</value>
    [Range(1, 20_000)]
    public int WatchWaitMs { get; set; } = 20_000;

    /// <summary>The longest silence of an event stream, in milliseconds: then it sends its position alone.</summary>
    /// <value>10 seconds by default; clients may count on 15.</value>
    [Range(100, 15_000)]
    public int EventHeartbeatMs { get; set; } = 10_000;
}
