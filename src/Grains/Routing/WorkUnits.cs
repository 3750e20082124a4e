using System.Collections.Frozen;
using Engine.V1;

namespace Engine.Grains.Routing;

/// <summary>How work weighs: a workspace's settings with their defaults filled in. Immutable.</summary>
public sealed class WorkUnits
{
    private const int AsynchronousUsual = 10;
    private const int LiveUsual = 20;
    private const int CallbackUsual = 100;
    private const int PendingPercentUsual = 20;
    private const int SnoozedPercentUsual = 0;

    private readonly int _asynchronous;
    private readonly int _live;
    private readonly int _callback;
    private readonly FrozenDictionary<string, int> _channels;
    private readonly int _pendingPercent;
    private readonly int _snoozedPercent;

    private WorkUnits(RoutingSettings settings)
    {
        _asynchronous = Given(settings.AsynchronousUnits, AsynchronousUsual);
        _live = Given(settings.LiveUnits, LiveUsual);
        _callback = Given(settings.CallbackUnits, CallbackUsual);
        _channels = settings.ChannelUnits.Where(channel => channel.Value > 0).ToFrozenDictionary(StringComparer.Ordinal);
        _pendingPercent = Percent(settings.HasPendingPercent ? settings.PendingPercent : PendingPercentUsual);
        _snoozedPercent = Percent(settings.HasSnoozedPercent ? settings.SnoozedPercent : SnoozedPercentUsual);
    }

    /// <summary>Of a workspace that has set nothing.</summary>
    public static WorkUnits Usual { get; } = new(new RoutingSettings());

    public static WorkUnits Of(RoutingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new WorkUnits(settings);
    }

    /// <summary>Units of an OPEN conversation; also what an assignment asks for. At least 1.</summary>
    /// <param name="mode">Unspecified: asynchronous.</param>
    /// <param name="channel">Weighs for asynchronous conversations only.</param>
    public int UnitsOf(ConversationMode mode, string channel) => mode switch
    {
        ConversationMode.Live => _live,
        ConversationMode.Callback => _callback,
        _ => _channels.TryGetValue(channel, out var units) ? units : _asynchronous,
    };

    /// <summary>Units that a conversation of an agent holds: all while OPEN, a share while PENDING or SNOOZED, rounded up; else none.</summary>
    public int HeldFor(ConversationMode mode, string channel, ConversationStatus status) => status switch
    {
        ConversationStatus.Open => UnitsOf(mode, channel),
        ConversationStatus.Pending => Share(UnitsOf(mode, channel), _pendingPercent),
        ConversationStatus.Snoozed => Share(UnitsOf(mode, channel), _snoozedPercent),
        _ => 0,
    };

    private static int Share(int units, int percent) => (int)(((long)units * percent + 99) / 100);

    private static int Given(int units, int usual) => units > 0 ? units : usual;

    private static int Percent(int percent) => Math.Clamp(percent, 0, 100);
}
