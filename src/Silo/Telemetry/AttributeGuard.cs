using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Engine.Silo.Telemetry;

/// <summary>
/// Lets out of spans only the attributes that are known to be harmless. The runtime names the actor of every call, and an
/// actor's key names a customer; what a library adds with its next version, nobody knows.
/// </summary>
internal sealed class AttributeGuard : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> Allowed =
    [
        "rpc.system", "rpc.service", "rpc.method", "rpc.grpc.status_code", "error.type", "exception.type", "otel.status_code",
        "engine.commit.bytes", "engine.commit.outcome",
    ];

    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        List<string>? foreign = null;
        foreach (var tag in data.EnumerateTagObjects())
        {
            if (!Allowed.Contains(tag.Key))
                (foreign ??= []).Add(tag.Key);
        }

        foreach (var name in foreign ?? [])
            data.SetTag(name, null);
        // A description is an exception's message, and may quote anything.
        if (data.StatusDescription is not null)
            data.SetStatus(data.Status);
    }
}
