using System.Collections.Concurrent;

namespace Engine.Runtime.Orleans.Tests.Support;

/// <summary>Lets a test hold grains at a point and see what they did, by name.</summary>
internal static class Gates
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> Open = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Logs = new();

    /// <summary>Completes when <see cref="Release"/> was called with this name.</summary>
    public static Task Pass(string name) => Of(name).Task;

    public static void Release(string name) => Of(name).TrySetResult();

    public static void Note(string log, string entry) => Logs.GetOrAdd(log, static _ => new ConcurrentQueue<string>()).Enqueue(entry);

    public static IReadOnlyList<string> Notes(string log) => Logs.TryGetValue(log, out var entries) ? [.. entries] : [];

    public static Task UntilNoted(string log, string entry) =>
        Deadline.Until(() => Notes(log).Contains(entry), $"'{entry}' in the notes of {log}: {string.Join(", ", Notes(log))}");

    private static TaskCompletionSource Of(string name) =>
        Open.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
