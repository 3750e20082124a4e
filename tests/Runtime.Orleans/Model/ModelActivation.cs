namespace Engine.Runtime.Orleans.Tests.Model;

/// <summary>What is known of one activation.</summary>
internal sealed class ModelActivation(ModelRun run, int grain, TaskScheduler scheduler)
{
    private int _inside;

    public int Grain => grain;

    /// <summary>Calls that have begun and not ended, ticks among them.</summary>
    public List<ModelCall> Running { get; } = [];

    public int BegunCount { get; set; }

    public bool EndRequested { get; set; }

    public bool IsEnding { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>Code of the grain runs from here to the next <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref _inside) != 1)
            run.Report($"two pieces of code of grain {grain} run at once");
        if (!ReferenceEquals(TaskScheduler.Current, scheduler))
            run.Report($"code of grain {grain} runs on another scheduler");
    }

    public void Leave() => Interlocked.Decrement(ref _inside);
}
