using System.Collections.Concurrent;

namespace Engine.Runtime.Orleans.Tests.Cluster;

internal sealed class Listener : IListener
{
    public ConcurrentQueue<string> Heard { get; } = new();

    public Task Hear(string text)
    {
        Heard.Enqueue(text);
        return Task.CompletedTask;
    }

    public Task<string> Answer(string text) => Task.FromResult("answer to " + text);
}
