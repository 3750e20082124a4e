namespace Engine.Runtime.Orleans.Tests.Scheduling;

public sealed class SchedulerGrain : Grain, ISchedulerGrain
{
    public async Task<bool> StaysAfterYield()
    {
        var before = TaskScheduler.Current;
        await Task.Yield();
        return before != TaskScheduler.Default && TaskScheduler.Current == before;
    }

    public async Task<bool> StaysAfterExternalCompletion()
    {
        var before = TaskScheduler.Current;
        var source = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(static waiting => waiting.SetResult(), source, preferLocal: false);
        await source.Task;
        return TaskScheduler.Current == before;
    }

    public async Task<bool> TaskRunLeaves() => await Task.Run(static () => TaskScheduler.Current == TaskScheduler.Default);

    public async Task<bool> StartNewStays()
    {
        var before = TaskScheduler.Current;
        return await Task.Factory.StartNew(
            () => TaskScheduler.Current == before, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
    }

    public async Task<bool> ContinueWithStays()
    {
        var before = TaskScheduler.Current;
        return await Task.CompletedTask.ContinueWith(_ => TaskScheduler.Current == before, TaskScheduler.Current);
    }

    public async Task<bool> ConfigureAwaitFalseLeaves()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(static waiting => waiting.SetResult(), source, preferLocal: false);
        await source.Task.ConfigureAwait(false);
        return TaskScheduler.Current == TaskScheduler.Default;
    }

    public async Task<bool> NestedAsyncStays()
    {
        var before = TaskScheduler.Current;
        await Inner();
        return TaskScheduler.Current == before && GrainContext is not null;

        static async Task Inner()
        {
            await Task.Yield();
            await Task.Run(static () => { });
        }
    }

    public async Task<string> Meet(ISchedulerGrain other, string gate)
    {
        await Support.Gates.Pass(gate);
        return await other.Hello();
    }

    public Task<string> Hello() => Task.FromResult(this.GetGrainId().Key.ToString());
}
