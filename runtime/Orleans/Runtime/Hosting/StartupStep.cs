namespace Orleans.Runtime.Hosting;

/// <summary>A function that runs in a stage of the silo's start.</summary>
internal sealed class StartupStep(Func<CancellationToken, Task> run, int stage) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(StartupStep), stage, run);
}
