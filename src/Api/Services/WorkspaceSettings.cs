using Engine.Api.Caching;
using Engine.Api.Forwarding;
using Engine.V1;
using Microsoft.Extensions.Options;

namespace Engine.Api.Services;

/// <summary>A workspace's settings, remembered as long as its keys are.</summary>
internal sealed class WorkspaceSettings(IGrainFactory grains, TimeProvider time, IOptions<ApiOptions> options)
{
    private const int WorkspacesMax = 1_024;

    private static readonly TimeSpan CloseAfterDefault = TimeSpan.FromDays(7);

    private readonly BoundedCache<string, Entry> _known = new(WorkspacesMax);

    /// <summary>How long a resolved conversation waits before it closes, in milliseconds.</summary>
    public async ValueTask<long> CloseAfterMsAsync(string workspace)
    {
        var settings = await GetAsync(workspace);
        return (long)(settings.CloseAfter?.ToTimeSpan() ?? CloseAfterDefault).TotalMilliseconds;
    }

    /// <summary>Forgets what was remembered, so that a change made here holds here at once.</summary>
    public void Forget(string workspace) => _known.Remove(workspace);

    private async ValueTask<Workspace> GetAsync(string workspace)
    {
        if (_known.TryGet(workspace, out var entry) && time.GetElapsedTime(entry.ReadAt).TotalMilliseconds < options.Value.KeyCacheMs)
            return entry.Settings;
        var readAt = time.GetTimestamp();
        var settings = Forwarder.ResultOf(ReplyShape.Workspace, await grains.Workspace(workspace).GetAsync());
        _known.Set(workspace, new Entry(settings, readAt));
        return settings;
    }

    private sealed record Entry(Workspace Settings, long ReadAt);
}
