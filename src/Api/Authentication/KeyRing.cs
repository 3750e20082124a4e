using Engine.Api.Caching;
using Engine.Api.Errors;
using Engine.Grains.Workspaces;
using Engine.Internal.V1;
using Microsoft.Extensions.Options;

namespace Engine.Api.Authentication;

/// <summary>
/// Tells who a key is.
/// </summary>
/// <remarks>
/// The workspace's grain knows, but asking it for each call would make it the busiest actor of all. Answers are
/// remembered for a few seconds, which is also how long a revoked key may go on at most. Good and bad keys are remembered
/// apart, both in bounded maps: a flood of made-up keys pushes out only made-up keys. Calls that ask for the same key at
/// the same time share one question. What is remembered is the hash of a key's text, so that neither the memory nor the
/// time a look-up takes tells the text.
/// </remarks>
internal sealed class KeyRing(IGrainFactory grains, TimeProvider time, IOptions<ApiOptions> options)
{
    private readonly BoundedCache<KeyHash, Entry> _good = new(options.Value.KeyCacheEntriesMax);
    private readonly BoundedCache<KeyHash, long> _bad = new(options.Value.KeyCacheEntriesMax);
    private readonly BoundedCache<KeyHash, Task<Principal?>> _asking = new(options.Value.KeyCacheEntriesMax);

    /// <exception cref="RejectedException">UNAUTHENTICATED: there is no key, or no such key.</exception>
    public ValueTask<Principal> AuthenticateAsync(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization))
        {
            throw Refuse.Unauthenticated(Reasons.KeyMissing, "The call needs the metadata 'authorization: Bearer KEY'.");
        }

        if (!ApiKey.TryParse(authorization, out var key)) throw Invalid();
        if (_good.TryGet(key.Value.Hash, out var entry) && time.GetTimestamp() < entry.GoodUntil)
            return ValueTask.FromResult(entry.Principal);
        return AskAsync(key.Value);
    }

    /// <summary>Asks whether a key that was good still is, once what is remembered has run out.</summary>
    public async ValueTask<bool> IsStillGoodAsync(Principal principal)
    {
        if (_good.TryGet(principal.Key.Hash, out var entry) && time.GetTimestamp() < entry.GoodUntil) return true;
        return await ShareAsync(principal.Key) is not null;
    }

    /// <summary>Forgets a key that was revoked through this server, so that here it ends at once.</summary>
    public void Forget(string workspace, string key) =>
        _good.RemoveWhere(entry => entry.Principal.Workspace == workspace && entry.Principal.Caller.Key == key);

    private static RejectedException Invalid() => Refuse.Unauthenticated(Reasons.KeyInvalid, "The key is not valid.");

    private async ValueTask<Principal> AskAsync(ApiKey key)
    {
        if (_bad.TryGet(key.Hash, out var badUntil) && time.GetTimestamp() < badUntil) throw Invalid();
        return await ShareAsync(key) ?? throw Invalid();
    }

    private async Task<Principal?> ShareAsync(ApiKey key)
    {
        if (_asking.TryGet(key.Hash, out var asking)) return await asking;
        var answer = new TaskCompletionSource<Principal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var mine = answer.Task;
        asking = _asking.GetOrAdd(key.Hash, _ => mine);
        if (asking != mine) return await asking;
        try
        {
            var principal = await QuestionAsync(key);
            if (principal is null)
            {
                _good.Remove(key.Hash);
                _bad.Set(key.Hash, Until(options.Value.BadKeyCacheMs));
            }
            else
            {
                _good.Set(key.Hash, new Entry(principal, Until(options.Value.KeyCacheMs)));
            }

            answer.SetResult(principal);
            return principal;
        }
        catch (Exception e)
        {
            answer.SetException(e);
            // Whoever shares it sees it; when nobody does, this is its one observer.
            _ = mine.Exception;
            throw;
        }
        finally
        {
            _asking.Remove(key.Hash, mine);
        }
    }

    private async Task<Principal?> QuestionAsync(ApiKey key)
    {
        var request = new AuthenticateRequest { Key = key.Id, SecretHash = key.Hash.ToByteString() };
        var reply = await grains.GetGrain<IWorkspaceGrain>(key.Workspace).AuthenticateAsync(request);
        return reply.Caller is { } caller && caller.Workspace == key.Workspace ? new Principal(caller, reply.First, key) : null;
    }

    private long Until(int ms) => time.GetTimestamp() + (long)(ms / 1000.0 * time.TimestampFrequency);

    private sealed record Entry(Principal Principal, long GoodUntil);
}
