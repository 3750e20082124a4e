using System.Runtime.CompilerServices;
using Engine.Runtime.Orleans.Tests.Support;
using Orleans.Runtime;
using Orleans.Streams;

namespace Engine.Runtime.Orleans.Tests.Services;

public sealed class ServiceGrain([PersistentState("state", "named")] IPersistentState<ServiceState> state)
    : Grain, IServiceGrain, IRemindable
{
    private IGrainTimer? _timer;

    private string Key => this.GetPrimaryKeyString();

    public Task StartTimer(string log, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(
            static (name, _) =>
            {
                Gates.Note(name, "tick");
                return name.EndsWith("throws", StringComparison.Ordinal) ? throw new InvalidOperationException("tick") : Task.CompletedTask;
            },
            log, new GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public async Task EndAndStartTimer(string log, string gate, TimeSpan due)
    {
        DeactivateOnIdle();
        Gates.Note(gate, "ends");
        await Gates.Pass(gate);
        await StartTimer(log, due, due, interleave: true, keepAlive: false);
        var timer = _timer!;
        Gates.Note(gate, Record.Exception(() => timer.Change(due, due))?.GetType().Name ?? "changed");
        timer.Dispose();
        timer.Dispose();
    }

    public Task Hold(string gate)
    {
        Gates.Note(gate, "holds");
        return Gates.Pass(gate);
    }

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<string> Remind(string name, TimeSpan due, TimeSpan period) =>
        (await this.RegisterOrUpdateReminder(name, due, period)).ReminderName;

    public async Task Forget(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task<bool> HasReminder(string name) => await this.GetReminder(name) is not null;

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Gates.Note(Key, $"{reminderName} {status.CurrentTickTime:HH:mm:ss}");
        return Task.CompletedTask;
    }

    public Task<(string? Etag, bool Exists, string Text)> Stored() =>
        Task.FromResult((state.Etag, state.RecordExists, state.State.Text));

    public async Task Store(string text)
    {
        state.State.Text = text;
        await state.WriteStateAsync();
    }

    public Task Clear() => state.ClearStateAsync();

    public Task Subscribe(string stream) => Stream(stream).SubscribeAsync((item, _) =>
    {
        Gates.Note(Key, item);
        return Task.CompletedTask;
    });

    public Task Publish(string stream, string item) => Stream(stream).OnNextAsync(item);

    public async Task Unsubscribe(string stream)
    {
        foreach (var handle in await Stream(stream).GetAllSubscriptionHandles())
            await handle.UnsubscribeAsync();
    }

    public async IAsyncEnumerable<int> Count(int count, [EnumeratorCancellation] CancellationToken token = default)
    {
        try
        {
            for (var number = 0; number < count; number++)
            {
                if (number % 7 == 3)
                    await Task.Yield();
                token.ThrowIfCancellationRequested();
                yield return number;
            }
        }
        finally
        {
            Gates.Note(Key, "counted");
        }
    }

    public async IAsyncEnumerable<int> CountAndFail(int count)
    {
        await foreach (var number in Count(count))
            yield return number;
        throw new InvalidOperationException("no more");
    }

    public Task Tell(ITellMe observer, string text) => observer.Told(text);

    private IAsyncStream<string> Stream(string key) => this.GetStreamProvider("mem").GetStream<string>(StreamId.Create("ns", key));
}

public interface IImplicitGrain : IGrainWithStringKey;

[ImplicitStreamSubscription("implicit")]
public sealed class ImplicitGrain : Grain, IImplicitGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        await this.GetStreamProvider("mem").GetStream<string>(StreamId.Create("implicit", key)).SubscribeAsync((item, _) =>
        {
            Gates.Note(key, item);
            return Task.CompletedTask;
        });
    }
}
