using System.Security.Cryptography;
using System.Text;
using Engine.Grains.Ids;
using Engine.Grains.Journal;
using Engine.Grains.Keys;
using Engine.Internal.V1;
using Engine.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orleans.Runtime;

namespace Engine.Grains.Workspaces;

/// <summary>
/// One workspace's settings and keys, in grain storage: they are secrets and settings, not history. A key's text is derived
/// from the master key and the request, so a repeated creation shows the same text although only its hash is stored.
/// </summary>
[GrainType("workspace")]
internal sealed class WorkspaceGrain(
    [PersistentState("workspace", WorkspaceGrain.StorageName)] IPersistentState<WorkspaceState> state, MasterKey master, EngineClock clock)
    : Grain, IWorkspaceGrain
{
    public const string StorageName = "engine";

    private const int KeysMax = 10_000;
    private const int RequestsMax = 1_000;
    private static readonly TimeSpan CloseAfterUsual = TimeSpan.FromDays(7);

    private string Id => this.GetPrimaryKeyString();

    private bool Exists => state.State.Workspace is not null;

    public async Task<CreateWorkspaceReply> CreateAsync(CreateWorkspaceRequest request, bool first)
    {
        var stamp = RequestStamp.Of(request.RequestId, request);
        if (Find(stamp, out var answered) is { } reused) return new CreateWorkspaceReply { Rejection = reused };
        CreateWorkspaceResponse response;
        if (answered is null)
        {
            if (Exists) return new CreateWorkspaceReply { Rejection = Rejections.Of(RejectionKind.Exists, "WORKSPACE_EXISTS", "There is a workspace of this id.") };
            var now = Timestamp.FromDateTimeOffset(clock.UtcNow);
            var workspace = new Workspace
            {
                Name = $"workspaces/{Id}",
                DisplayName = request.Workspace?.DisplayName ?? "",
                CloseAfter = request.Workspace?.CloseAfter ?? Duration.FromTimeSpan(CloseAfterUsual),
                Language = request.Workspace?.Language ?? "",
                CreateTime = now,
                Etag = "v1",
            };
            var key = new Key { DisplayName = "First administrator", Role = Role.Admin, CreateTime = now };
            response = new CreateWorkspaceResponse { Workspace = workspace, Key = Add(key, request.RequestId) };
            state.State.Workspace = workspace;
            state.State.Version = 1;
            state.State.First = first;
            await RememberAsync(stamp, response);
        }
        else
        {
            response = CreateWorkspaceResponse.Parser.ParseFrom(answered.Response);
        }

        response.Secret = SecretOf(response.Key, request.RequestId);
        return new CreateWorkspaceReply { Result = response };
    }

    public Task<WorkspaceReply> GetAsync() => Task.FromResult(Exists
        ? new WorkspaceReply { Result = state.State.Workspace, First = state.State.First }
        : new WorkspaceReply { Rejection = Rejections.WorkspaceNotFound() });

    public async Task<WorkspaceReply> UpdateAsync(UpdateWorkspaceRequest request)
    {
        if (!Exists) return new WorkspaceReply { Rejection = Rejections.WorkspaceNotFound() };
        var stamp = RequestStamp.Of(request.RequestId, request);
        if (Find(stamp, out var answered) is { } reused) return new WorkspaceReply { Rejection = reused };
        if (answered is not null) return new WorkspaceReply { Result = Workspace.Parser.ParseFrom(answered.Response) };
        var given = request.Workspace;
        var workspace = state.State.Workspace.Clone();
        if (given.Etag.Length > 0 && given.Etag != workspace.Etag) return new WorkspaceReply { Rejection = Rejections.EtagMismatch(workspace.Etag) };
        foreach (var path in request.UpdateMask.Paths)
        {
            switch (path)
            {
                case "display_name": workspace.DisplayName = given.DisplayName; break;
                case "close_after": workspace.CloseAfter = given.CloseAfter ?? Duration.FromTimeSpan(CloseAfterUsual); break;
                case "language": workspace.Language = given.Language; break;
                default:
                    return new WorkspaceReply
                    {
                        Rejection = Rejections.Invalid("update_mask", "UNKNOWN_PATH", "The mask names something that cannot be changed."),
                    };
            }
        }

        workspace.Etag = $"v{++state.State.Version}";
        state.State.Workspace = workspace;
        await RememberAsync(stamp, workspace);
        return new WorkspaceReply { Result = workspace };
    }

    public async Task<CreateKeyReply> CreateKeyAsync(CreateKeyRequest request)
    {
        if (!Exists) return new CreateKeyReply { Rejection = Rejections.WorkspaceNotFound() };
        var stamp = RequestStamp.Of(request.RequestId, request);
        if (Find(stamp, out var answered) is { } reused) return new CreateKeyReply { Rejection = reused };
        Key key;
        if (answered is null)
        {
            if (state.State.Keys.Count >= KeysMax)
            {
                return new CreateKeyReply
                {
                    Rejection = Rejections.Of(RejectionKind.Exhausted, "QUOTA_EXCEEDED", "The workspace has as many keys as it may.")
                        .With("limit", "keys_per_workspace").With("maximum", $"{KeysMax}"),
                };
            }

            key = new Key
            {
                DisplayName = request.Key.DisplayName,
                Role = request.Key.Role,
                Agent = request.Key.Agent,
                CreateTime = Timestamp.FromDateTimeOffset(clock.UtcNow),
            };
            Add(key, request.RequestId);
            await RememberAsync(stamp, key);
        }
        else
        {
            key = Key.Parser.ParseFrom(answered.Response);
        }

        return new CreateKeyReply { Result = new CreateKeyResponse { Key = key, Secret = SecretOf(key, request.RequestId) } };
    }

    public Task<KeysReply> ListKeysAsync(PageRequest page)
    {
        var reply = new KeysReply { Total = state.State.Keys.Count };
        reply.Keys.AddRange(state.State.Keys.Skip(page.Skip).Take(page.Limit).Select(k => k.Key));
        return Task.FromResult(reply);
    }

    public async Task<KeyReply> RevokeKeyAsync(RevokeKeyRequest request)
    {
        if (!Exists) return new KeyReply { Rejection = Rejections.WorkspaceNotFound() };
        var stamp = RequestStamp.Of(request.RequestId, request);
        if (Find(stamp, out var answered) is { } reused) return new KeyReply { Rejection = reused };
        if (answered is not null) return new KeyReply { Result = Key.Parser.ParseFrom(answered.Response) };
        if (state.State.Keys.FirstOrDefault(k => k.Key.Name == request.Name) is not { } stored) return new KeyReply { Rejection = Rejections.KeyNotFound() };
        stored.Key.RevokeTime ??= Timestamp.FromDateTimeOffset(clock.UtcNow);
        await RememberAsync(stamp, stored.Key);
        return new KeyReply { Result = stored.Key };
    }

    public Task<AuthenticateReply> AuthenticateAsync(AuthenticateRequest request)
    {
        var name = $"keys/{request.Key}";
        var reply = new AuthenticateReply();
        if (state.State.Keys.FirstOrDefault(k => k.Key.Name == name) is { Key.RevokeTime: null } stored
            && CryptographicOperations.FixedTimeEquals(stored.SecretHash.Span, request.SecretHash.Span))
        {
            reply.Caller = new Caller
            {
                Workspace = Id,
                Key = request.Key,
                Role = stored.Key.Role,
                Agent = AgentId.TryParse(stored.Key.Agent, out var agent) ? agent.Value : "",
                Language = state.State.Workspace.Language,
            };
            reply.First = state.State.First;
        }

        if (!Exists) DeactivateOnIdle();
        return Task.FromResult(reply);
    }

    private Key Add(Key key, string requestId)
    {
        key.Name = $"keys/{IdText.Derive(Id, "key", requestId)}";
        state.State.Keys.Add(new StoredKey
        {
            Key = key,
            SecretHash = ByteString.CopyFrom(SHA256.HashData(Encoding.UTF8.GetBytes(SecretOf(key, requestId)))),
        });
        return key;
    }

    private string SecretOf(Key key, string requestId)
    {
        var keyId = key.Name["keys/".Length..];
        var secret = HMACSHA256.HashData(master.Derive("key-secrets"), Encoding.UTF8.GetBytes($"{Id}\n{keyId}\n{requestId}"));
        return $"ek_{Id}_{keyId}_{IdText.Encode(secret)}";
    }

    private Rejection? Find(RequestStamp stamp, out WorkspaceRequest? answered)
    {
        var key = RequestStamp.Write(stamp.RequestKey);
        answered = state.State.Requests.FirstOrDefault(r => r.RequestKey == key);
        return answered is not null && RequestStamp.Read(answered.RequestHash) != stamp.Hash ? Rejections.RequestIdReused() : null;
    }

    private async Task RememberAsync(RequestStamp stamp, IMessage response)
    {
        if (state.State.Requests.Count >= RequestsMax) state.State.Requests.RemoveAt(0);
        state.State.Requests.Add(new WorkspaceRequest
        {
            RequestKey = RequestStamp.Write(stamp.RequestKey),
            RequestHash = RequestStamp.Write(stamp.Hash),
            Response = response.ToByteString(),
        });
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // What could not be stored must not be seen: the next activation reads what is.
            DeactivateOnIdle();
            throw;
        }
    }
}
