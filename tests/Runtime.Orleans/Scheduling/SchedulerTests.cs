using Engine.Runtime.Orleans.Tests.Support;

namespace Engine.Runtime.Orleans.Tests.Scheduling;

public sealed class SchedulerTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ISchedulerGrain Grain => fixture.Grains.GetGrain<ISchedulerGrain>(_key);

    [Behaviour(Docs.Scheduler)]
    public async Task Code_after_an_await_runs_on_the_activations_scheduler() => Assert.True(await Grain.StaysAfterYield().Within());

    [Behaviour(Docs.Scheduler)]
    public async Task Code_awaiting_a_task_completed_elsewhere_comes_back_to_the_scheduler() =>
        Assert.True(await Grain.StaysAfterExternalCompletion().Within());

    [Behaviour(Docs.ExternalTasks)]
    public async Task Task_Run_leaves_the_scheduler() => Assert.True(await Grain.TaskRunLeaves().Within());

    [Behaviour(Docs.ExternalTasks)]
    public async Task Task_Factory_StartNew_stays_on_the_scheduler() => Assert.True(await Grain.StartNewStays().Within());

    [Behaviour(Docs.ExternalTasks)]
    public async Task ContinueWith_stays_on_the_scheduler() => Assert.True(await Grain.ContinueWithStays().Within());

    [Behaviour(Docs.ExternalTasks)]
    public async Task ConfigureAwait_false_leaves_the_scheduler() => Assert.True(await Grain.ConfigureAwaitFalseLeaves().Within());

    [Behaviour(Docs.ExternalTasks)]
    public async Task Nested_async_methods_stay_on_the_scheduler() => Assert.True(await Grain.NestedAsyncStays().Within());

    [Behaviour(Docs.Scheduler)]
    public async Task Grains_run_beside_each_other()
    {
        var one = fixture.Grains.GetGrain<ISchedulerGrain>(_key + "1");
        var two = fixture.Grains.GetGrain<ISchedulerGrain>(_key + "2");
        var first = one.Meet(two, _key);
        var second = two.Meet(one, _key);
        Gates.Release(_key);
        Assert.Equal([_key + "2", _key + "1"], await Task.WhenAll(first, second).Within());
    }
}
