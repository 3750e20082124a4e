using System.Reflection;
using Engine.Grains.Workspaces;
using Engine.Internal.V1;

namespace Engine.Api.Tests;

/// <summary>
/// Grains that answer as a test says, for what real ones do rarely: lose fences, time out, disappear. A call that no test
/// has foreseen fails.
/// </summary>
public sealed class ScriptedGrains
{
    private readonly Dictionary<(Type Grain, string Method), Func<string, object?[], object>> _answers = [];

    public ScriptedGrains() => Factory = GrainFactoryProxy.Create(this);

    public IGrainFactory Factory { get; }

    /// <summary>Answers a method of all grains of an interface; gets the grain's key and the arguments.</summary>
    public void On<TGrain>(string method, Func<string, object?[], object> answer) => _answers[(typeof(TGrain), method)] = answer;

    /// <summary>Knows keys by their id: <c>ek_shop_{id}_s</c>. Others are unknown.</summary>
    public void Keys(Func<string, Caller?> find) => On<IWorkspaceGrain>("AuthenticateAsync", (workspace, arguments) =>
    {
        var caller = find(((AuthenticateRequest)arguments[0]!).Key);
        if (caller is not null) caller.Workspace = workspace;
        return Task.FromResult(new AuthenticateReply { Caller = caller });
    });

    private object Answer(Type grain, string key, MethodInfo method, object?[] arguments) =>
        _answers.TryGetValue((grain, method.Name), out var answer)
            ? answer(key, arguments)
            : throw new InvalidOperationException($"{grain.Name}.{method.Name} is not scripted.");

    public class GrainFactoryProxy : DispatchProxy
    {
        private ScriptedGrains _script = null!;

        internal static IGrainFactory Create(ScriptedGrains script)
        {
            var proxy = Create<IGrainFactory, GrainFactoryProxy>();
            ((GrainFactoryProxy)(object)proxy)._script = script;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal("GetGrain", targetMethod!.Name);
            var grain = targetMethod.GetGenericArguments().Single();
            var proxy = DispatchProxy.Create(grain, typeof(GrainProxy));
            ((GrainProxy)proxy).Become(_script, grain, args![0]!.ToString()!);
            return proxy;
        }
    }

    public class GrainProxy : DispatchProxy
    {
        private ScriptedGrains _script = null!;
        private Type _grain = null!;
        private string _key = "";

        internal void Become(ScriptedGrains script, Type grain, string key) => (_script, _grain, _key) = (script, grain, key);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _script.Answer(_grain, _key, targetMethod!, args!);
    }
}
