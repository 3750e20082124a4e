namespace Engine.Runtime.Orleans.Tests.Cluster;

public interface IListener : IGrainObserver
{
    Task Hear(string text);

    Task<string> Answer(string text);
}
