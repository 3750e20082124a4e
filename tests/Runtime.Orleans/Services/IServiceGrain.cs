namespace Engine.Runtime.Orleans.Tests.Services;

public interface IServiceGrain : IGrainWithStringKey
{
    Task StartTimer(string log, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive);

    Task StopTimer();

    /// <summary>Starts a timer when the activation already ends, in the call that ends it.</summary>
    Task EndAndStartTimer(string log, string gate, TimeSpan due);

    Task Hold(string gate);

    Task End();

    Task<string> Remind(string name, TimeSpan due, TimeSpan period);

    Task Forget(string name);

    Task<bool> HasReminder(string name);

    Task<(string? Etag, bool Exists, string Text)> Stored();

    Task Store(string text);

    Task Clear();

    Task Subscribe(string stream);

    Task Publish(string stream, string item);

    Task Unsubscribe(string stream);

    IAsyncEnumerable<int> Count(int count, CancellationToken token = default);

    IAsyncEnumerable<int> CountAndFail(int count);

    Task Tell(ITellMe observer, string text);
}

public interface ITellMe : IGrainObserver
{
    Task Told(string text);
}

public sealed class TellMe : ITellMe
{
    public TaskCompletionSource<string> Text { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Told(string text)
    {
        Text.TrySetResult(text);
        return Task.CompletedTask;
    }
}

[GenerateSerializer]
public sealed class ServiceState
{
    [Id(0)]
    public string Text { get; set; } = "fresh";
}
